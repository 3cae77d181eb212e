import type { SignEntry } from '../../api/types';
import { usePack } from '../../app/pack';

/** Signs of the object with what the desk said of each. */
export function Signs({ signs }: { signs: readonly SignEntry[] }) {
  const { t } = usePack();
  return (
    <section className="card stack-small">
      <h2>{t('card.signs')}</h2>
      {signs.length === 0 ? <p className="faint">{t('card.signs_none')}</p> : <SignList signs={signs} />}
    </section>
  );
}

export function SignList({ signs }: { signs: readonly SignEntry[] }) {
  const { t, say, format } = usePack();
  return (
    <ul className="entries">
      {signs.map((sign) => (
        <li key={sign.id}>
          <p>{say(sign.title)}</p>
          {sign.evidence && <p className="faint">{say(sign.evidence)}</p>}
          <p className="tags">
            <span className={`tag ${VERDICT_TONE[sign.verdict ?? 'none']}`}>
              {sign.verdict ? t(`terms.verdict_${sign.verdict}`) : t(`terms.sign_${sign.state}`)}
            </span>
            {(sign.state === 'field_violation' || sign.state === 'field_nothing') && (
              <span className={`tag ${sign.state === 'field_violation' ? 'tag-bad' : 'tag-good'}`}>
                {t(`terms.sign_${sign.state}`)}
              </span>
            )}
            <span className="faint">
              {sign.decided_at
                ? t('card.sign_decided', { who: sign.author ?? '', date: format.instantDay(sign.decided_at) })
                : t('card.opened', { date: format.instantDay(sign.opened_at) })}
            </span>
          </p>
          {sign.comment && <p className="faint">{sign.comment}</p>}
        </li>
      ))}
    </ul>
  );
}

const VERDICT_TONE = { confirmed: 'tag-bad', refuted: 'tag-good', needs_data: 'tag-warn', referred: '', none: '' } as const;
