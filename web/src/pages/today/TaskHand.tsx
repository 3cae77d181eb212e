import { ProblemError } from '../../api/client';
import type { TaskItem } from '../../api/types';
import { usePack } from '../../app/pack';
import { ProblemLine } from '../../ui/states';
import { offered } from './offered';
import type { Captured, Heard } from './outbox';
import { StartTask } from './StartTask';
import { TaskSteps } from './TaskSteps';
import { type OwnWords, useOwnWords } from './useOutbox';

/** What is under a task's hand: how far it is, what waits to be sent, its start and its steps. */
export function TaskHand({ task, isNext }: { task: TaskItem; isNext: boolean }) {
  const { t, say } = usePack();
  const words = useOwnWords(task);
  const waits = words.waits.map((one) => one.said.step);
  const { start, steps } = offered(task, isDone(words.heard) ? [words.heard.step, ...waits] : waits);
  return (
    <div className="task-hand">
      {task.state === 'on_site' && <p className="tag tag-good">{t('common.start_begun')}</p>}
      {task.state === 'en_route' && <p className="tag tag-good">{t('common.step_on_the_way')}</p>}
      {task.reported && (
        <p className="tag tag-good">
          {t(task.state === 'checked_by_head' ? 'common.step_checked' : 'common.step_reported', { outcome: say(task.reported) })}
        </p>
      )}
      <Waits task={task} words={words} />
      {words.heard && <CameBack heard={words.heard} isKept={words.waits.length > 0} />}
      {start && <StartTask task={task} isNext={isNext} words={words} />}
      <TaskSteps task={task} steps={steps} onSay={words.say} />
    </div>
  );
}

/** Heard, though the day on the page may not show it yet: nobody is offered the same step twice. */
function isDone(heard: Heard | undefined): heard is Heard & { answer: unknown } {
  return heard !== undefined && 'answer' in heard && ['done', 'begun', 'already_begun'].includes(heard.answer.outcome);
}

/** What is said and not heard yet, in its order. */
function Waits({ task, words: { waits, heard, isSending } }: { task: TaskItem; words: OwnWords }) {
  const { t, say, format } = usePack();
  if (waits.length === 0) return null;
  if (isSending && heard === undefined && waits.length === 1) {
    return (
      <p className="faint" role="status">
        {t('common.sending')}
      </p>
    );
  }
  const name = ({ said }: Captured) => {
    if (said.step === 'report') {
      const result = task.results.find((one) => one.code === said.outcome);
      return result ? say(result.title) : said.outcome;
    }
    return said.step === 'start' ? t('common.start') : t(`common.step_${said.step as 'accept'}`);
  };
  return (
    <div className="notice" role="status">
      <p>{t('common.said_waits')}</p>
      <ul>
        {waits.map((one) => (
          <li key={one.id}>{t('common.said_at', { step: name(one), when: format.instant(one.capturedAt) })}</li>
        ))}
      </ul>
    </div>
  );
}

/** What the server made of the last word, where that was not what he wanted. */
function CameBack({ heard, isKept }: { heard: Heard; isKept: boolean }) {
  const { t } = usePack();
  if ('error' in heard) {
    const isOnlyOffline = isKept && heard.error instanceof ProblemError && heard.error.code === 'NETWORK';
    return isOnlyOffline ? null : <ProblemLine error={heard.error} />;
  }
  const { outcome } = heard.answer;
  if (heard.step === 'start') return outcome === 'not_open' ? <p className="notice">{t('common.start_not_open')}</p> : null;
  return outcome === 'not_open' || outcome === 'not_allowed' ? <p className="notice">{t(`common.step_${outcome}`)}</p> : null;
}
