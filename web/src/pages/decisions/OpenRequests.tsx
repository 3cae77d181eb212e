import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { categoryRequestsQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';
import { RequestLine } from '../object/Requests';

/** Requests that wait for an answer, the earliest term first. */
export function OpenRequests() {
  const { t } = usePack();
  const { data, error, isPending, refetch } = useQuery(categoryRequestsQuery);
  return (
    <section className="card stack-small">
      <h2>{t('requests.title')}</h2>
      {isPending && <Loading rows={2} />}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="faint">{t('requests.none_open')}</p>}
      <ul className="entries">
        {data?.items.map((request) => (
          <li key={request.id}>
            <RequestLine request={request} />
            <Link to="/objects/$objectId" params={{ objectId: request.object_id }}>{request.object_title || request.object_key}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
