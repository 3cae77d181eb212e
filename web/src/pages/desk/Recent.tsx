import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { ProblemError } from '../../api/client';
import { deskDecisionsQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';
import { ProblemLine, problemText } from '../../ui/states';
import type { PutAside, Sent } from './useDesk';

const SHOWN = 6;

/** The analyst's last decisions: there is no way back, so what was decided stays in sight. */
export function Recent() {
  const { t, format } = usePack();
  const { data, error } = useQuery(deskDecisionsQuery);
  if (error) return <ProblemLine error={error} />;
  if (!data) return null;
  return (
    <section className="recent">
      <h2>{t('desk.decided_today', { count: String(data.decided_today) })}</h2>
      {data.items.length === 0 ? (
        <p className="faint">{t('desk.recent_none')}</p>
      ) : (
        <ul>
          {data.items.slice(0, SHOWN).map((decision) => (
            <li key={decision.id}>
              <b>{t(`terms.verdict_${decision.verdict}`)}</b>{' '}
              <Link to="/objects/$objectId" params={{ objectId: decision.object_id }} state={{ from: '/desk' }}>
                {placeName(decision)}
              </Link>{' '}
              <span className="faint">
                {format.instant(decision.decided_at)}
                {decision.comment ? ` · ${decision.comment}` : ''}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface SentProps {
  sent: Sent;
  onRetry?: () => void;
}

/** What became of a decision: on its way, recorded, or refused with the reason. */
export function SentLine({ sent, onRetry }: SentProps) {
  const { t } = usePack();
  const object = placeName(sent.sign);
  if (sent.state === 'failed') {
    if (!onRetry) return null;
    return (
      <div className="notice notice-bad sent" role="alert">
        <span>
          {t('desk.failed', { object })}. {problemText(sent.error, t).text}
        </span>
        {sent.error instanceof ProblemError && sent.error.status === 401 ? (
          <Link to="/login" search={{ next: '/desk' }} className="button">
            {t('common.login')}
          </Link>
        ) : (
          <button type="button" className="button" onClick={onRetry}>
            {t('common.retry')}
          </button>
        )}
      </div>
    );
  }
  if (sent.state === 'taken') {
    return (
      <p className="notice sent" role="status">
        {t('desk.taken', { object })} {problemText(sent.error, t).text}
      </p>
    );
  }
  return (
    <p className="sent-line" role="status">
      {sent.state === 'sending' ? (
        t('desk.sending', { object })
      ) : (
        <>
          <b>{t('desk.decided', { verdict: t(`terms.verdict_${sent.body.verdict}`), object })}</b>{' '}
          <span className="faint">{sent.body.comment || t('desk.no_undo')}</span>
        </>
      )}
    </p>
  );
}

/** What was just put aside, and when it comes back. */
export function AsideLine({ aside }: { aside: PutAside }) {
  const { t, format } = usePack();
  return (
    <p className="sent-line" role="status">
      <b>{t('desk.snooze_done', { date: format.instantDay(aside.until) })}</b> <span className="faint">{placeName(aside.sign)}</span>
    </p>
  );
}
