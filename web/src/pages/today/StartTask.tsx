import type { StartRefusal, TaskItem } from '../../api/types';
import { usePack } from '../../app/pack';
import type { OwnWords } from './useOutbox';

/** Orders under which a visit may begin; of the others it is said where he would begin next. */
const ISSUED: readonly TaskItem['order_state'][] = ['issued', 'extended', 'executed', 'closed'];

interface Props {
  task: TaskItem;
  isNext: boolean;
  words: OwnWords;
}

/** Begins a visit. Nothing holds the inspector back; what the law lacks is said before and after. */
export function StartTask({ task, isNext, words: { heard, say } }: Props) {
  const { t } = usePack();
  const refusals = heard && 'answer' in heard && heard.step === 'start' ? heard.answer.refusals : task.start_refusals;
  return (
    <>
      <Refusals refusals={refusals} />
      {isNext && !ISSUED.includes(task.order_state) && <p className="notice">{t('common.start_unissued')}</p>}
      <button type="button" className={isNext ? 'button button-primary' : 'button'} onClick={() => say({ step: 'start' })}>
        {t('common.start')}
      </button>
    </>
  );
}

/** Why a visit may not begin, in words, with the articles. */
function Refusals({ refusals }: { refusals: readonly StartRefusal[] }) {
  const { t, say } = usePack();
  if (refusals.length === 0) return null;
  return (
    <div className="notice notice-bad" role="alert">
      <p>{t('common.start_refused')}</p>
      <ul>
        {refusals.map((one) => (
          <li key={one.code}>
            {say(one.words)}
            {one.articles.length > 0 && <span className="faint"> ({one.articles.join('; ')})</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
