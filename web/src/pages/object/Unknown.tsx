import type { ControlAssessment, RuleAnswer } from '../../api/types';
import { CATEGORIES } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { FactsAndLaw } from './RuleAnswers';

interface Props {
  rules: readonly RuleAnswer[];
  assessment: ControlAssessment;
}

/** What could not be answered, and what it could change. */
export function Unknown({ rules, assessment }: Props) {
  const { t, say } = usePack();
  const { highest_if_unknown: highest, category } = assessment;
  const raises = CATEGORIES.indexOf(highest) > CATEGORIES.indexOf(category);
  return (
    <section className="card stack-small">
      <h2>{t('card.unknown')}</h2>
      {rules.length === 0 ? (
        <p className="faint">{t('card.unknown_none')}</p>
      ) : (
        <>
          {raises ? (
            <p>
              {t('card.unknown_could')}: <CategoryMark category={highest} />
            </p>
          ) : (
            <p className="faint">{t('card.unknown_no_change')}</p>
          )}
          <ul className="entries">
            {rules.map((rule) => (
              <li key={rule.rule} className="stack-small">
                <h3>{say(rule.title)}</h3>
                {rule.error ? (
                  <p>{t('card.rule_failed', { code: rule.error })}</p>
                ) : (
                  <p>{t('card.unknown_text', { facts: missingTitles(rule, say) })}</p>
                )}
                <FactsAndLaw rule={rule} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function missingTitles(rule: RuleAnswer, say: (text: { ru: string; en: string }) => string): string {
  return rule.missing
    .map((name) => {
      const fact = rule.facts.find((candidate) => candidate.name === name);
      return fact ? say(fact.title) : name;
    })
    .join(', ');
}
