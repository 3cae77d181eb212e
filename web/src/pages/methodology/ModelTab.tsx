import type { Methodology } from '../../api/types';
import { usePack } from '../../app/pack';
import type { TextKey, Translate } from '../../i18n';
import { methodology } from '../../i18n/texts/methodology';

/** A measure of the model in words; one of a later version by its code. */
function metricName(code: string, t: Translate): string {
  const key = `metric_${code}`;
  return key in methodology ? t(`methodology.${key}` as TextKey) : code;
}

interface Props {
  model: NonNullable<Methodology['model']> | undefined;
  role: Methodology['policy']['role'];
}

/** The champion model: what it was made of and how well it told outcomes apart. */
export function ModelTab({ model, role }: Props) {
  const { t, say, format } = usePack();
  if (!model) return <p className="card">{t('methodology.model_none')}</p>;
  return (
    <div className="stack">
      <section className="card stack-small">
        <p>{t('methodology.model_trained', { date: format.instantDay(model.trained_at), as_of: format.instantDay(model.as_of) })}</p>
        <p>{t('methodology.model_rows', { rows: format.number(model.rows), positives: format.number(model.positives) })}</p>
        <p>{t(`terms.role_${role}_text`)}</p>
        <p className="faint">{t('methodology.hash')} <code className="hash">{model.hash}</code></p>
      </section>
      <section className="card stack-small">
        <h2>{t('methodology.model_metrics')}</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('methodology.metric')}</th>
              <th scope="col" className="number">{t('card.value')}</th>
              <th scope="col" className="number">{t('methodology.interval')}</th>
            </tr>
          </thead>
          <tbody>
            {model.metrics.map((metric) => (
              <tr key={metric.code}>
                <td>{metricName(metric.code, t)}</td>
                <td className="number">{format.number(metric.value, 3)}</td>
                <td className="number">
                  {metric.low === null || metric.low === undefined || metric.high === null || metric.high === undefined
                    ? '—'
                    : `${format.number(metric.low, 3)} – ${format.number(metric.high, 3)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="card stack-small">
        <h2>{t('methodology.model_features')}</h2>
        <ul className="features">
          {model.features.map((feature) => (
            <li key={feature.name}>
              {say(feature.title)} <code className="faint">{feature.name}</code>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
