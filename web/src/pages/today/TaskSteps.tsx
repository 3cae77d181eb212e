import { useState } from 'react';

import type { TaskItem } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import type { OwnStep } from './offered';
import type { Said } from './outbox';

interface Props {
  task: TaskItem;
  steps: readonly OwnStep[];
  onSay: (said: Said) => void;
}

/** The steps of a task beside its start: the next one as a button, the rest behind «more». */
export function TaskSteps({ task, steps, onSay }: Props) {
  const { t, say } = usePack();
  const [asking, setAsking] = useState(false);
  const first = (['accept', 'depart'] as const).find((code) => steps.includes(code));
  const rest = (['depart', 'no_access', 'impossible'] as const).filter((code) => steps.includes(code) && code !== first);
  return (
    <>
      {steps.includes('report') && (
        <fieldset className="task-results">
          <legend>{t('common.step_report')}</legend>
          {task.results.map((result) => (
            <button key={result.code} type="button" className="button" onClick={() => onSay({ step: 'report', outcome: result.code })}>
              {say(result.title)}
            </button>
          ))}
        </fieldset>
      )}
      {first && (
        <button type="button" className="button" onClick={() => onSay({ step: first })}>
          {t(`common.step_${first}`)}
        </button>
      )}
      {rest.length > 0 && (
        <details className="task-more">
          <summary className="button">{t('common.step_more')}</summary>
          <div>
            {rest.map((code) => (
              <button key={code} type="button" className="button" onClick={() => (code === 'impossible' ? setAsking(true) : onSay({ step: code }))}>
                {t(`common.step_${code}`)}
              </button>
            ))}
          </div>
        </details>
      )}
      {asking && <ImpossibleForm onClose={() => setAsking(false)} onTake={onSay} />}
    </>
  );
}

/** Asks for the act that says why the event could not be held. */
function ImpossibleForm({ onClose, onTake }: { onClose: () => void; onTake: (said: Said) => void }) {
  const { t, pack } = usePack();
  const [act, setAct] = useState('');
  const [on, setOn] = useState(pack.today);
  return (
    <Confirm
      isOpen
      title={t('common.step_impossible')}
      text={t('common.step_impossible_text')}
      action={t('common.step_impossible')}
      isReady={act.trim() !== '' && on !== '' && on <= pack.today}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        onTake({ step: 'impossible', act: act.trim(), on });
      }}
    >
      <label className="field">
        <span className="label">{t('common.step_act')}</span>
        <input value={act} maxLength={100} onChange={(event) => setAct(event.currentTarget.value)} />
      </label>
      <label className="field">
        <span className="label">{t('common.step_act_on')}</span>
        <input type="date" value={on} max={pack.today} onChange={(event) => setOn(event.currentTarget.value)} />
      </label>
    </Confirm>
  );
}
