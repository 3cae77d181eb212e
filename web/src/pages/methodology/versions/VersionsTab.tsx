import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../../api/client';
import { versionsQuery } from '../../../api/queries';
import type { MethodologyVersion } from '../../../api/types';
import { may, usePack, useSession } from '../../../app/pack';
import { Confirm } from '../../../ui/Confirm';
import { Empty, Loading, ProblemLine, ProblemView } from '../../../ui/states';
import { personName } from './person';
import { StateTag } from './StateTag';

/** All versions, the newest first; bringing the last one back. */
export function VersionsTab() {
  const { t } = usePack();
  const session = useSession();
  const versions = useQuery(versionsQuery);
  if (versions.isPending) return <Loading />;
  if (versions.isError) return <ProblemView error={versions.error} retry={() => void versions.refetch()} />;
  const { items } = versions.data;
  if (items.length === 0) return <Empty title={t('versions.none')} text={t('versions.none_text')} />;
  const active = items.find((one) => one.state === 'active');
  return (
    <div className="stack">
      {may(session, 'edit_methodology') && <p className="notice">{t('versions.how_to_draft')}</p>}
      <ul className="stack versions">
        {items.map((version) => (
          <li key={version.hash} className="card">
            <VersionRow version={version} />
          </li>
        ))}
      </ul>
      {active && items.some((one) => one.state === 'superseded') && may(session, 'approve_methodology') && <RollBack active={active} />}
    </div>
  );
}

function VersionRow({ version }: { version: MethodologyVersion }) {
  const { t, format } = usePack();
  const names = (people: readonly { login: string; name: string }[]) => people.map((person) => personName(person, t)).join(', ');
  const facts: [string, string][] = [[t('versions.authors'), names(version.authors)], [t('versions.created'), format.instantDay(version.created_at)]];
  if (version.lawyer) facts.push([t('versions.lawyer'), version.lawyer.name]);
  if (version.approvals.length > 0) facts.push([t('versions.approvals'), names(version.approvals)]);
  if (version.activated_at) facts.push([t('versions.activated'), format.instantDay(version.activated_at)]);
  if (version.from) facts.push([t('versions.from'), format.instantDay(version.from)]);
  return (
    <article className="version">
      <h2>
        <Link to="/methodology/versions/$version" params={{ version: String(version.number) }}>
          {t('versions.number', { number: version.number })}
        </Link>{' '}
        <StateTag state={version.state} />
      </h2>
      <dl className="passport">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function RollBack({ active }: { active: MethodologyVersion }) {
  const { t } = usePack();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const back = useMutation({
    mutationFn: () => take(client.POST('/api/v1/methodology/rollback', { body: { reason: reason.trim() } })),
    onSuccess: () => setReason(''),
    onSettled: () => void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' }),
  });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') setAsking(true);
  };
  return (
    <form className="card stack-small" onSubmit={ask}>
      <h2>{t('versions.rollback')}</h2>
      <p className="faint">{t('versions.rollback_text', { number: active.number })}</p>
      {back.isError && <ProblemLine error={back.error} />}
      {back.data && <p className="notice notice-good" role="status">{t('versions.rollback_done', { number: back.data.number })}</p>}
      <label className="field">
        <span className="label">{t('versions.reason')}</span>
        <input name="rollback_reason" value={reason} maxLength={1000} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
      </label>
      <div>
        <button type="submit" className="button" disabled={back.isPending || reason.trim() === ''}>{t('versions.rollback')}</button>
      </div>
      <Confirm
        isOpen={asking}
        title={t('versions.rollback_title', { number: active.number })}
        text={t('versions.rollback_confirm')}
        action={t('versions.rollback')}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          back.mutate();
        }}
      />
    </form>
  );
}
