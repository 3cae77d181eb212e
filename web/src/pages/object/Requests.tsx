import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import { categoryRequestReplyQuery, objectQuery } from '../../api/queries';
import type { CategoryRequest, ObjectCard, RequestVerdict } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Loading, ProblemLine } from '../../ui/states';

const VERDICTS = ['refused', 'granted', 'left'] as const satisfies readonly RequestVerdict[];

/** A person's requests for another category: entered with their term, answered with a drafted reply. */
export function Requests({ card }: { card: ObjectCard }) {
  const { t } = usePack();
  const session = useSession();
  const mayFile = may(session, 'decide_categories') || may(session, 'view_personal_data');
  if (!mayFile && card.requests.length === 0) return null;
  return (
    <section className="card stack-small">
      <h2>{t('requests.title')}</h2>
      {card.requests.length === 0 && <p className="faint">{t('requests.none')}</p>}
      <ul className="entries">
        {card.requests.map((request) => (
          <li key={request.id} className="stack-small">
            <RequestLine request={request} />
            {request.reply ? <Reply text={request.reply} /> : may(session, 'decide_categories') && <Answer request={request} />}
          </li>
        ))}
      </ul>
      {mayFile && <FileForm card={card} />}
    </section>
  );
}

/** What a request is and where it stands. */
export function RequestLine({ request }: { request: CategoryRequest }) {
  const { t, format, controlKindShort } = usePack();
  return (
    <p>
      {t('requests.line', { reference: request.reference, date: format.day(request.filed_on) })} <span className="faint">{controlKindShort(request.control_kind)}</span>{' '}
      {request.verdict ? (
        <>
          <span className="tag">{t(`requests.${request.verdict}`)}</span>
          {request.official && request.answered_at && <span className="faint"> {t('requests.answered', { official: request.official, date: format.instantDay(request.answered_at) })}</span>}
        </>
      ) : (
        <span className={request.overdue ? 'tag tag-bad' : 'tag tag-warn'}>{t(request.overdue ? 'requests.overdue' : 'requests.due', { date: format.day(request.due_on) })}</span>
      )}
    </p>
  );
}

function Reply({ text }: { text: { ru: string; en: string } }) {
  const { t, say } = usePack();
  return (
    <details>
      <summary>{t('requests.reply')}</summary>
      <p className="reply">{say(text)}</p>
    </details>
  );
}

function useCardAgain(objectId: string) {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: objectQuery(objectId).queryKey });
    await queries.invalidateQueries({ queryKey: ['category-requests'] });
  };
}

/** No verdict is taken for granted: it is chosen, its reply is read, and then given by a button that names it. */
function Answer({ request }: { request: CategoryRequest }) {
  const { t } = usePack();
  const [asked, setAsked] = useState(false);
  const [verdict, setVerdict] = useState<RequestVerdict>();
  if (!asked) return <button type="button" className="button" onClick={() => setAsked(true)}>{t('requests.show_reply')}</button>;
  return (
    <div className="stack-small">
      <label className="field">
        <span className="label">{t('requests.verdict')}</span>
        <select name="verdict" value={verdict ?? ''} onChange={(event) => setVerdict(VERDICTS.find((one) => one === event.target.value))}>
          <option value="">{t('requests.choose')}</option>
          {VERDICTS.map((one) => <option key={one} value={one}>{t(`requests.${one}`)}</option>)}
        </select>
      </label>
      {verdict && <Give key={verdict} request={request} verdict={verdict} />}
    </div>
  );
}

function Give({ request, verdict }: { request: CategoryRequest; verdict: RequestVerdict }) {
  const { t, say } = usePack();
  const [comment, setComment] = useState('');
  const draft = useQuery(categoryRequestReplyQuery(request.id, verdict));
  const again = useCardAgain(request.object_id);
  const answer = useMutation({
    mutationFn: (reply_hash: string) =>
      take(client.POST('/api/v1/category_requests/{request_id}/answer', { params: { path: { request_id: request.id } }, body: { verdict, comment, reply_hash } })),
    onSuccess: again,
    onError: () => draft.refetch(),
  });
  if (draft.isPending) return <Loading rows={3} />;
  if (draft.isError) return <ProblemLine error={draft.error} />;
  const words = t(`requests.${verdict}`);
  const lacksReason = verdict === 'left' && comment.trim() === '';
  return (
    <div className="stack-small">
      <p className="reply">{say(draft.data.text)}</p>
      {verdict === 'granted' && <p className="faint">{t('requests.grant_note')}</p>}
      <label className="field">
        <span className="label">{t(verdict === 'left' ? 'requests.reason' : 'requests.comment')}</span>
        <input name="request_comment" value={comment} maxLength={2000} autoComplete="off" onChange={(event) => setComment(event.target.value)} />
      </label>
      {answer.isError && <ProblemLine error={answer.error} />}
      <button type="button" className="button button-primary" disabled={lacksReason || answer.isPending || draft.isFetching} onClick={() => answer.mutate(draft.data.hash)}>
        {t('requests.answer', { verdict: words })}
      </button>
    </div>
  );
}

function FileForm({ card }: { card: ObjectCard }) {
  const { t, format, controlKind, pack } = usePack();
  // Of the pack, not of the assessments: an object that no run has seen is under control all the same.
  const kinds = pack.control_kinds.filter((one) => one.object_kinds.includes(card.object_kind)).map((one) => one.code);
  const [kind, setKind] = useState(kinds[0] ?? '');
  const [reference, setReference] = useState('');
  const [filedOn, setFiledOn] = useState('');
  const again = useCardAgain(card.id);
  const file = useMutation({
    mutationFn: () =>
      take(client.POST('/api/v1/objects/{object_id}/category_requests', { params: { path: { object_id: card.id } }, body: { control_kind: kind, reference: reference.trim(), filed_on: filedOn } })),
    onSuccess: async () => {
      setReference('');
      setFiledOn('');
      await again();
    },
  });
  const ready = kind !== '' && reference.trim() !== '' && filedOn !== '';
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready) file.mutate();
  };
  return (
    <details>
      <summary>{t('requests.file')}</summary>
      <form className="stack-small" onSubmit={send}>
        {kinds.length > 1 && (
          <label className="field">
            <span className="label">{t('requests.control_kind')}</span>
            <select name="request_kind" value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.map((one) => <option key={one} value={one}>{controlKind(one)}</option>)}
            </select>
          </label>
        )}
        <label className="field">
          <span className="label">{t('requests.reference')}</span>
          <input name="request_reference" value={reference} maxLength={100} autoComplete="off" onChange={(event) => setReference(event.target.value)} />
        </label>
        <label className="field">
          <span className="label">{t('requests.filed_on')}</span>
          <input name="request_filed_on" type="date" value={filedOn} onChange={(event) => setFiledOn(event.target.value)} />
        </label>
        {file.isError && <ProblemLine error={file.error} />}
        {file.data && <p className="notice notice-good" role="status">{t('requests.filed', { date: format.day(file.data.due_on) })}</p>}
        <button type="submit" className="button" disabled={!ready || file.isPending}>{t('requests.send')}</button>
      </form>
    </details>
  );
}
