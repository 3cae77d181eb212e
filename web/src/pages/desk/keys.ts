/** What a key does at the desk. Pure, so that the table can be tested without a page. */
import type { DeskVerdict } from '../../api/types';
import type { TextKey } from '../../i18n';

export const VERDICTS = [
  { verdict: 'confirmed', key: '1', label: 'desk.confirm' },
  { verdict: 'refuted', key: '2', label: 'desk.refute' },
  { verdict: 'needs_data', key: '3', label: 'desk.needs_data' },
  { verdict: 'referred', key: '4', label: 'desk.refer' },
] as const satisfies readonly { verdict: DeskVerdict; key: string; label: TextKey }[];

/** Ready reasons; a confirming decision needs none. */
export const REASONS: Record<DeskVerdict, readonly TextKey[]> = {
  confirmed: [],
  refuted: ['desk.reason_refuted_1', 'desk.reason_refuted_2', 'desk.reason_refuted_3', 'desk.reason_refuted_4'],
  needs_data: ['desk.reason_needs_data_1', 'desk.reason_needs_data_2', 'desk.reason_needs_data_3'],
  referred: ['desk.reason_referred_1', 'desk.reason_referred_2'],
};

/** What the bar asks about: the reason of a verdict, or why and until when a sign is put aside. */
export type Asking = DeskVerdict | 'aside';

export const ASIDE_KEY = '5';

export type DeskAction =
  | { act: 'decide'; verdict: DeskVerdict; reason: TextKey | undefined }
  | { act: 'choose'; asking: Asking }
  | { act: 'cancel' }
  | { act: 'move'; by: 1 | -1 };

export interface Key {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  /** Whether the focus is where letters are typed. */
  typing: boolean;
}

/** Says what a key means while the bar is `asking` something. */
export function deskAction(event: Key, asking: Asking | undefined): DeskAction | undefined {
  if (event.key === 'Escape' && asking !== undefined) return { act: 'cancel' };
  // A held key would decide sign after sign.
  if (event.typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (asking === 'aside') return undefined;
  if (asking !== undefined) {
    const reason = /^[1-9]$/.test(event.key) ? REASONS[asking][Number(event.key) - 1] : undefined;
    return reason === undefined ? undefined : { act: 'decide', verdict: asking, reason };
  }
  if (event.key === 'ArrowDown') return { act: 'move', by: 1 };
  if (event.key === 'ArrowUp') return { act: 'move', by: -1 };
  if (event.key === ASIDE_KEY) return { act: 'choose', asking: 'aside' };
  const chosen = VERDICTS.find(({ key }) => key === event.key);
  if (!chosen) return undefined;
  return chosen.verdict === 'confirmed'
    ? { act: 'decide', verdict: 'confirmed', reason: undefined }
    : { act: 'choose', asking: chosen.verdict };
}
