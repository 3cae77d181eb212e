import { useEffect, useRef, useState, type FormEvent } from 'react';

import type { DeskVerdict, Snooze } from '../../api/types';
import { usePack } from '../../app/pack';
import { SnoozeForm } from '../../ui/SnoozeForm';
import { ASIDE_KEY, REASONS, VERDICTS, type Asking } from './keys';

interface Props {
  signId: string;
  asking: Asking | undefined;
  onAsk: (asking: Asking | undefined) => void;
  onDecide: (verdict: DeskVerdict, comment: string) => void;
  onAside: (snooze: Snooze) => void;
}

/** The four verdicts, all but the first with a reason, ready ones by number; and putting the sign aside. */
export function Actions({ signId, asking, onAsk, onDecide, onAside }: Props) {
  const { t } = usePack();
  return (
    <div className="desk-actions" role="group" aria-label={t('desk.actions')}>
      {asking === undefined ? (
        <div className="desk-keys">
          {VERDICTS.map(({ verdict, key, label }) => (
            <button
              key={verdict}
              type="button"
              className={`desk-key desk-key-${verdict}`}
              onClick={() => (verdict === 'confirmed' ? onDecide(verdict, '') : onAsk(verdict))}
            >
              <kbd>{key}</kbd> {t(label)}
            </button>
          ))}
          <button type="button" className="desk-key desk-key-aside" onClick={() => onAsk('aside')}>
            <kbd>{ASIDE_KEY}</kbd> {t('desk.snooze_key')}
          </button>
        </div>
      ) : asking === 'aside' ? (
        <SnoozeForm target={{ signId }} onDone={onAside} onCancel={() => onAsk(undefined)} />
      ) : (
        // Digits now mean reasons, so the verdicts leave the bar.
        <Reasons verdict={asking} onDecide={onDecide} onCancel={() => onAsk(undefined)} />
      )}
      <p className="faint desk-hint">{t('desk.keys_hint')}</p>
    </div>
  );
}

interface ReasonsProps {
  verdict: DeskVerdict;
  onDecide: Props['onDecide'];
  onCancel: () => void;
}

function Reasons({ verdict, onDecide, onCancel }: ReasonsProps) {
  const { t } = usePack();
  const [own, setOwn] = useState('');
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    first.current?.focus();
  }, [verdict]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (own.trim() !== '') onDecide(verdict, own.trim());
  };
  return (
    <div className="reasons">
      <h3>{t('desk.reason_title', { verdict: t(`terms.verdict_${verdict}`) })}</h3>
      <ol>
        {REASONS[verdict].map((reason, index) => (
          <li key={reason}>
            <button ref={index === 0 ? first : undefined} type="button" className="reason" onClick={() => onDecide(verdict, t(reason))}>
              <kbd>{index + 1}</kbd> {t(reason)}
            </button>
          </li>
        ))}
      </ol>
      <form onSubmit={send} className="reason-own">
        <label className="field">
          <span className="label">{t('desk.reason_other')}</span>
          <input value={own} maxLength={1000} onChange={(event) => setOwn(event.target.value)} />
        </label>
        <button type="submit" className="button button-primary" disabled={own.trim() === ''}>
          {t('desk.reason_send')}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t('common.cancel')}
        </button>
      </form>
    </div>
  );
}
