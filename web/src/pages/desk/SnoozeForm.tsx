import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import { usePack } from '../../app/pack';
import { plusDays } from '../../ui/format';
import { ProblemLine } from '../../ui/states';

/** Puts a sign aside until a day: its rule is not raised on this object meanwhile. The category does not move. */
export function SnoozeForm({ signId, today }: { signId: string; today: string }) {
  const { t, format } = usePack();
  const [comment, setComment] = useState('');
  const [until, setUntil] = useState(() => plusDays(today, 30));
  const snooze = useMutation({
    mutationFn: () =>
      take(client.POST('/api/v1/signs/{sign_id}/snoozes', { params: { path: { sign_id: signId } }, body: { comment: comment.trim(), until } })),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (comment.trim() !== '' && until !== '') snooze.mutate();
  };
  if (snooze.data) {
    return <p className="notice notice-good" role="status">{t('desk.snooze_done', { date: format.instantDay(snooze.data.until) })}</p>;
  }
  return (
    <details className="snooze">
      <summary>{t('desk.snooze')}</summary>
      <form className="snooze-form" onSubmit={send}>
        <p className="faint">{t('desk.snooze_text')}</p>
        <label className="field">
          <span className="label">{t('desk.snooze_comment')}</span>
          <input name="snooze_comment" value={comment} maxLength={1000} autoComplete="off" onChange={(event) => setComment(event.target.value)} />
        </label>
        <label className="field">
          <span className="label">{t('desk.snooze_until')}</span>
          <input name="snooze_until" type="date" min={plusDays(today, 1)} max={plusDays(today, 365)} value={until} onChange={(event) => setUntil(event.target.value)} />
        </label>
        {snooze.isError && <ProblemLine error={snooze.error} />}
        <button type="submit" className="button" disabled={snooze.isPending || comment.trim() === '' || until === ''}>{t('desk.snooze_send')}</button>
      </form>
    </details>
  );
}
