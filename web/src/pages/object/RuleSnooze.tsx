import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { client, take } from '../../api/client';
import { objectQuery } from '../../api/queries';
import type { RuleAnswer } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { SnoozeForm } from '../../ui/SnoozeForm';
import { ProblemLine } from '../../ui/states';

/** A sign put aside on this object says until when, by whom and why; one that is not can be, by who decides signs. */
export function RuleSnooze({ rule, objectId }: { rule: RuleAnswer; objectId: string }) {
  const { t, format } = usePack();
  const [asking, setAsking] = useState(false);
  const session = useSession();
  const queries = useQueryClient();
  const refresh = () => {
    setAsking(false);
    void queries.invalidateQueries({ queryKey: objectQuery(objectId).queryKey });
  };
  const ended = useMutation({
    mutationFn: (id: string) => take(client.DELETE('/api/v1/snoozes/{snooze_id}', { params: { path: { snooze_id: id } } })),
    onSuccess: refresh,
  });
  const allowed = may(session, 'decide_signs');
  const { snooze } = rule;
  if (snooze) {
    return (
      <div className="notice snoozed">
        <p>{t('card.snoozed', { date: format.instantDay(snooze.until), who: snooze.author, comment: snooze.comment })}</p>
        {allowed && (
          <button type="button" className="button" disabled={ended.isPending} onClick={() => ended.mutate(snooze.id)}>{t('card.snooze_end')}</button>
        )}
        {ended.isError && <ProblemLine error={ended.error} />}
      </div>
    );
  }
  if (!allowed) return null;
  if (asking) return <SnoozeForm target={{ objectId, rule: rule.rule }} onDone={refresh} onCancel={() => setAsking(false)} />;
  return <p><button type="button" className="button" onClick={() => setAsking(true)}>{t('desk.snooze')}</button></p>;
}
