import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { signQuery } from '../../api/queries';
import type { SignDetail, SignRow } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { kindLine } from '../../ui/kinds';
import { LegalList } from '../../ui/legal';
import { placeName } from '../../ui/place';
import { Loading, ProblemView } from '../../ui/states';
import { History } from '../object/History';
import { FactTable } from '../object/RuleAnswers';
import { SignList } from '../object/Signs';
import { Contours } from './Contours';

interface Props {
  sign: SignRow;
  index: number;
  total: number;
  onMove: (by: number) => void;
}

/** Everything needed to decide one sign, the map of contours first. */
export function Evidence({ sign, index, total, onMove }: Props) {
  const words = usePack();
  const { t, say, format } = words;
  const detail = useQuery(signQuery(sign.id));
  return (
    <>
      <header className="evidence-head">
        <div className="evidence-steps">
          <button type="button" className="link-button" onClick={() => onMove(-1)}>
            ‹ {t('desk.previous')}
          </button>
          <span className="faint">{t('desk.position', { index: index + 1, total: String(Math.max(total, index + 1)) })}</span>
          <button type="button" className="link-button" onClick={() => onMove(1)}>
            {t('desk.skip')} ›
          </button>
        </div>
        <h2>{say(sign.rule_title)}</h2>
        <p className="evidence-object">
          <Link to="/objects/$objectId" params={{ objectId: sign.object_id }} state={{ from: '/desk' }}>
            {placeName(sign)}
          </Link>
        </p>
        <p className="tags">
          <CategoryMark category={sign.category} />
          <span className="faint">
            {kindLine(sign, words)}
            {sign.territory ? ` · ${sign.territory.name}` : ''} · {t('desk.priority', { priority: format.number(sign.priority, 1) })}
          </span>
        </p>
        <Finding sign={sign} detail={detail.data} />
      </header>
      {detail.isPending ? (
        <Loading rows={4} />
      ) : detail.isError ? (
        <ProblemView error={detail.error} retry={() => void detail.refetch()} />
      ) : (
        <Detail key={sign.id} detail={detail.data} />
      )}
    </>
  );
}

/** What was found, with its values; how the rule compared them; by which source and of what day. */
function Finding({ sign, detail }: { sign: SignRow; detail: SignDetail | undefined }) {
  const { t, say, format } = usePack();
  const origin = detail?.facts.find((fact) => fact.source && fact.source_date);
  const notes = [
    ...(sign.evidence ? [t('desk.compared', { evidence: say(sign.evidence) })] : []),
    ...(origin?.source && origin.source_date ? [`${say(origin.source)}, ${format.day(origin.source_date)}`] : []),
    t('desk.found_on', { date: format.instantDay(sign.opened_at) }),
  ];
  return (
    <div className="finding">
      {detail?.said && <p className="finding-said">{say(detail.said)}</p>}
      <p className="faint">{notes.join(' · ')}</p>
    </div>
  );
}

function Detail({ detail }: { detail: SignDetail }) {
  const { t, say } = usePack();
  const missing = detail.facts.filter((fact) => detail.missing.includes(fact.name));
  return (
    <div className="evidence">
      <Contours detail={detail} />
      <section className="card stack-small">
        <h3>{t('desk.facts')}</h3>
        <FactTable facts={detail.facts} />
        {missing.length > 0 && <p className="notice">{t('desk.missing', { facts: missing.map((fact) => say(fact.title)).join(', ') })}</p>}
        <LegalList references={detail.basis} />
      </section>
      {detail.other_signs.length > 0 && (
        <section className="card stack-small">
          <h3>{t('desk.other_signs')}</h3>
          <SignList signs={detail.other_signs} />
        </section>
      )}
      {detail.history.length > 0 && <History title={t('desk.history')} entries={detail.history} />}
    </div>
  );
}
