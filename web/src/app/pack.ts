/** The pack's names for codes, and formats that depend on it, for every component under the shell. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { packQuery, sessionQuery } from '../api/queries';
import type { Category, PackInfo, Permission, Session } from '../api/types';
import { useWords, type Words } from '../i18n';
import { createFormat, type Format } from '../ui/format';

export interface PackWords extends Words {
  pack: PackInfo;
  format: Format;
  category: (code: Category) => string;
  controlKind: (code: string) => string;
  controlKindShort: (code: string) => string;
  objectKind: (code: string) => string;
  eventKind: (code: string) => string;
  rule: (id: string) => string;
}

export function usePack(): PackWords {
  const { data: pack } = useSuspenseQuery(packQuery);
  const words = useWords();
  const { language, say, t } = words;
  return useMemo(() => {
    const named = (items: readonly { code: string; title: { ru: string; en: string } }[]) => (code: string) => {
      const item = items.find((candidate) => candidate.code === code);
      return item ? say(item.title) : code;
    };
    return {
      ...words,
      pack,
      format: createFormat(language, pack.zone, t),
      category: named(pack.categories),
      controlKind: named(pack.control_kinds),
      controlKindShort: (code) => {
        const kind = pack.control_kinds.find((candidate) => candidate.code === code);
        return kind ? say(kind.short) : code;
      },
      objectKind: named(pack.object_kinds),
      eventKind: named(pack.event_kinds),
      rule: (id) => {
        const rule = pack.rules.find((candidate) => candidate.id === id);
        return rule ? say(rule.title) : id;
      },
    };
  }, [pack, words]);
}

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export function may(session: Session, permission: Permission): boolean {
  return session.permissions.includes(permission);
}

/** Tells whether the day of tasks is this person's: he may work tasks and is somebody of the staff. */
export function hasOwnDay(session: Session): boolean {
  return may(session, 'work_tasks') && session.staff_key !== undefined && session.staff_key !== null;
}

/** Where a role starts: straight at its one job. */
export function startPath(session: Session): StartPath {
  if (hasOwnDay(session)) return '/today';
  if (may(session, 'decide_signs')) return '/desk';
  if (may(session, 'approve_plans') || may(session, 'decide_categories')) return '/plan';
  if (may(session, 'edit_methodology')) return '/methodology';
  if (may(session, 'manage_users') || may(session, 'view_sources')) return '/sources';
  if (may(session, 'sign_methodology')) return '/methodology';
  return may(session, 'view_plans') ? '/plan' : '/objects';
}
export type StartPath = '/today' | '/desk' | '/plan' | '/methodology' | '/sources' | '/objects';
