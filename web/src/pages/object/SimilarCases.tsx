import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { similarCasesQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Loading, ProblemLine } from '../../ui/states';

/** What visits found where the model saw the same; worked out when it is asked for. */
export function SimilarCases({ objectId }: { objectId: string }) {
  const { t } = usePack();
  const [asked, setAsked] = useState(false);
  return (
    <section className="card stack-small">
      <h2>{t('card.similar')}</h2>
      <p className="faint">{t('card.similar_note')}</p>
      {asked ? <Cases objectId={objectId} /> : (
        <button type="button" className="button" onClick={() => setAsked(true)}>
          {t('card.similar_show')}
        </button>
      )}
    </section>
  );
}

function Cases({ objectId }: { objectId: string }) {
  const { t, format } = usePack();
  const found = useQuery(similarCasesQuery(objectId));
  if (found.isPending) return <Loading />;
  if (found.isError) return <ProblemLine error={found.error} />;
  const { data } = found;
  if (!data.share) return <p>{t('card.similar_none')}</p>;
  const { share } = data;
  return (
    <>
      <p>{t('card.similar_share', { counted: format.number(data.counted), share: format.share(share.value), low: format.share(share.low), high: format.share(share.high) })}</p>
      <ul className="entries similar">
        {data.items.map((item) => (
          <li key={`${item.object_id} ${item.happened_on}`}>
            <p>
              {format.day(item.happened_on)} · <span className={item.violation ? 'tag tag-bad' : 'tag tag-good'}>{item.violation ? t('card.similar_violation') : t('card.similar_clean')}</span>
            </p>
            <p>
              <Link to="/objects/$objectId" params={{ objectId: item.object_id }}>{item.object_title || item.object_key}</Link>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
