/** What a check found, in the language of the page where the sentence is one of a case; other sentences stay the server's. */
import type { PackWords } from '../../../app/pack';
import type { TextKey } from '../../../i18n';

const CASE = /^case «(.+)» of ([\w-]+): (.+)$/s;
const POINTS = /^gave (-?[\d.]+) points, expected (-?[\d.]+)$/;
const ANSWER = /^answered (\w+), expected (\w+)$/;

const STATES: Readonly<Record<string, TextKey>> = { Fired: 'terms.state_fired', NotFired: 'terms.state_not_fired', Unknown: 'terms.state_unknown' };

type CaseWords = Pick<PackWords, 't' | 'rule' | 'format'>;

export function foundText(problem: string, words: CaseWords): string {
  const [, name, id, wrong] = CASE.exec(problem) ?? [];
  if (name === undefined || id === undefined || wrong === undefined) return problem;
  const what = wrong.split('; ').map((part) => wrongText(part, words)).join('; ');
  return words.t('versions.case_wrong', { name, rule: words.rule(id), what });
}

function wrongText(part: string, { t, format }: CaseWords): string {
  const [, points, due] = POINTS.exec(part) ?? [];
  if (points !== undefined && due !== undefined) {
    return t('versions.case_points', { got: format.number(Number(points), 1), expected: format.number(Number(due), 1) });
  }
  const [, got = '', expected = ''] = ANSWER.exec(part) ?? [];
  const [given, wanted] = [STATES[got], STATES[expected]];
  return given && wanted ? t('versions.case_answer', { got: t(given), expected: t(wanted) }) : part;
}
