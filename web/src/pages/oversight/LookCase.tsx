import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import { secondLooksQuery } from '../../api/queries';
import type { LookCase as Case } from '../../api/types';
import { usePack } from '../../app/pack';
import { ProblemLine } from '../../ui/states';

/** One disagreement of two looks; the head says who saw it right. */
export function LookCase({ found, mayWord }: { found: Case; mayWord: boolean }) {
  const { t, say, format } = usePack();
  const [asked, setAsked] = useState(false);
  return (
    <li className="stack-small">
      <p>
        <Link to="/objects/$objectId" params={{ objectId: found.object_id }}>{found.object_title || found.object_key}</Link>{' '}
        <span className="faint">{t(`oversight.look_${found.kind === 'visit' ? 'visit' : 'reading'}`)}, {format.instantDay(found.at)}</span>
      </p>
      {found.rule !== '' && <p className="faint">{say(found.rule_title)}</p>}
      <p>
        {t('oversight.look_said', { first: say(found.first), second: say(found.second) })}{' '}
        {found.settled && <span className="tag">{t(found.settled === 'second_stands' ? 'oversight.second_stands' : 'oversight.first_stands')}</span>}
      </p>
      {found.comment && <p className="faint">{found.comment}</p>}
      {mayWord && !asked && <button type="button" className="button look-settle" onClick={() => setAsked(true)}>{t('oversight.look_settle')}</button>}
      {mayWord && asked && <Settle found={found} />}
    </li>
  );
}

function Settle({ found }: { found: Case }) {
  const { t } = usePack();
  const queries = useQueryClient();
  const [settled, setSettled] = useState<'first_stands' | 'second_stands'>('first_stands');
  const [comment, setComment] = useState('');
  const settle = useMutation({
    mutationFn: () => take(client.POST('/api/v1/oversight/second_looks/{look_id}/settlement', { params: { path: { look_id: found.id } }, body: { settled, comment } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: secondLooksQuery.queryKey }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    settle.mutate();
  };
  return (
    <form className="stack-small" onSubmit={send}>
      <label className="field">
        <span className="label">{t('oversight.look_who')}</span>
        <select name="settled" value={settled} onChange={(event) => setSettled(event.target.value === 'second_stands' ? 'second_stands' : 'first_stands')}>
          <option value="first_stands">{t('oversight.first_stands')}</option>
          <option value="second_stands">{t('oversight.second_stands')}</option>
        </select>
      </label>
      {settled === 'second_stands' && <p className="faint">{t(found.kind === 'visit' ? 'oversight.second_visit_note' : 'oversight.second_reading_note')}</p>}
      <label className="field">
        <span className="label">{t('oversight.look_comment')}</span>
        <input name="look_comment" value={comment} maxLength={2000} autoComplete="off" required onChange={(event) => setComment(event.target.value)} />
      </label>
      {settle.isError && <ProblemLine error={settle.error} />}
      <button type="submit" className="button button-primary look-settle" disabled={settle.isPending || comment.trim() === ''}>{t('oversight.look_settle')}</button>
    </form>
  );
}
