import type { ControlAssessment } from '../../api/types';
import { usePack } from '../../app/pack';

/** What would lower the category: the reply to a request of the person. */
export function WaysDown({ ways }: { ways: ControlAssessment['would_lower'] }) {
  const { t, say } = usePack();
  return (
    <section className="card stack-small">
      <h2>{t('card.would_lower')}</h2>
      <ul className="entries">
        {ways.map((way) => (
          <li key={way.text.en} className="stack-small">
            <p>{say(way.text)}</p>
            {way.facts.map((fact) => (
              <p key={fact.en} className="faint">
                {say(fact)}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
