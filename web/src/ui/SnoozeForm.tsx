import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { client, take } from '../api/client';
import type { Snooze } from '../api/types';
import { usePack } from '../app/pack';
import { plusDays } from './format';
import { ProblemLine } from './states';

/** What is put aside: a sign of the queue, or a rule on the object whose card is open. */
export type SnoozeTarget = { signId: string } | { objectId: string; rule: string };

interface Props {
  target: SnoozeTarget;
  onDone: (snooze: Snooze) => void;
  onCancel: () => void;
}

function send(target: SnoozeTarget, comment: string, until: string) {
  return 'signId' in target
    ? client.POST('/api/v1/signs/{sign_id}/snoozes', { params: { path: { sign_id: target.signId } }, body: { comment, until } })
    : client.POST('/api/v1/objects/{object_id}/snoozes', { params: { path: { object_id: target.objectId } }, body: { rule: target.rule, comment, until } });
}

/** Puts a sign aside until a day: its rule is not raised on this object meanwhile. The category does not move. */
export function SnoozeForm({ target, onDone, onCancel }: Props) {
  const { t, pack } = usePack();
  const [comment, setComment] = useState('');
  const [until, setUntil] = useState(() => plusDays(pack.today, 30));
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const snooze = useMutation({
    mutationFn: () => take(send(target, comment.trim(), until)),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (comment.trim() !== '' && until !== '') snooze.mutate();
  };
  return (
    <form className="aside-form" onSubmit={submit}>
      <h3>{t('desk.snooze')}</h3>
      <p className="faint">{t('desk.snooze_text')}</p>
      <label className="field">
        <span className="label">{t('desk.snooze_comment')}</span>
        <input ref={first} name="snooze_comment" value={comment} maxLength={1000} autoComplete="off" onChange={(event) => setComment(event.target.value)} />
      </label>
      <label className="field">
        <span className="label">{t('desk.snooze_until')}</span>
        <input name="snooze_until" type="date" min={plusDays(pack.today, 1)} max={plusDays(pack.today, 365)} value={until} onChange={(event) => setUntil(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary" disabled={snooze.isPending || comment.trim() === '' || until === ''}>
        {t('desk.snooze_send')}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {t('common.cancel')}
      </button>
      {snooze.isError && <ProblemLine error={snooze.error} />}
    </form>
  );
}
