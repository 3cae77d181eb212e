import type { LegalReference } from '../api/types';
import { usePack } from '../app/pack';

/** Legal references with who vouches for each; an unchecked one says so. */
export function LegalList({ references }: { references: readonly LegalReference[] }) {
  const { t, format } = usePack();
  if (references.length === 0) return null;
  const unchecked = references.some((reference) => reference.checked_on === '');
  return (
    <div className="legal">
      <ul>
        {references.map((reference) => (
          <li key={reference.text}>
            {reference.text}{' '}
            <span className="faint">
              {reference.checked_on === ''
                ? t(`terms.mark_${reference.mark}`)
                : t('terms.mark_checked', { who: reference.checked_by, date: format.day(reference.checked_on) })}
            </span>
          </li>
        ))}
      </ul>
      {unchecked && <p className="notice">{t('terms.legal_unchecked')}</p>}
    </div>
  );
}
