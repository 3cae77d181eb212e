import type { BasisStep, ControlAssessment } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';

/** The steps from points to category, in the order in which they were made. */
export function Basis({ assessment }: { assessment: ControlAssessment }) {
  const words = usePack();
  return (
    <div className="stack-small">
      <h3>{words.t('card.basis')}</h3>
      <ol className="basis">
        {assessment.basis.map((step, index) => (
          <li key={index}>{stepText(step, words)}</li>
        ))}
      </ol>
      <p className="basis-result">
        {words.t('card.assessed')} <CategoryMark category={assessment.category} />
      </p>
    </div>
  );
}

function stepText(step: BasisStep, { t, say, format, rule, category }: PackWords): string {
  switch (step.step) {
    case 'points':
      return t('card.basis_points', { rule: rule(step.rule), points: format.signed(step.points, 1) });
    case 'probability_group':
      return t('card.basis_probability_group', { sum: format.number(step.sum, 1), group: step.group });
    case 'severity':
      return t('card.basis_severity', { group: step.group, title: say(step.title) });
    case 'severity_unknown':
      return t('card.basis_severity_unknown', { group: step.group, title: say(step.title), facts: step.missing.map(say).join(', ') });
    case 'severity_raised':
      return t('card.basis_severity_raised', { group: step.group, rule: rule(step.rule) });
    case 'table':
      return t('card.basis_table', { severity: step.severity, probability: step.probability, category: category(step.category) });
    case 'floor':
      return t('card.basis_floor', { category: category(step.category), rule: rule(step.rule) });
    case 'model_group':
      return t('card.basis_model_group', { probability: format.share(step.probability), group: step.group });
    case 'scorecard_group':
      return t('card.basis_scorecard_group', { points: format.number(step.points, 0), band: step.band, group: step.group });
    case 'no_model':
      return t('card.basis_no_model');
    case 'unknown_could_raise':
      return t('card.basis_unknown', { category: category(step.category), rules: step.rules.map(rule).join('; ') });
  }
}
