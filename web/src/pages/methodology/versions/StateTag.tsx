import { useWords } from '../../../i18n';
import { isState, type VersionState } from './life';

const TONE: Record<VersionState, string> = {
  draft: '', checked: '', in_review: 'tag-warn', lawyer_signed: 'tag-warn', approved: 'tag-good',
  scheduled: 'tag-good', active: 'tag-good', superseded: '', rejected: 'tag-bad',
};

/** Where a version stands, in a word; a state of a later server by its code. */
export function StateTag({ state }: { state: string }) {
  const { t } = useWords();
  if (!isState(state)) return <span className="tag">{state}</span>;
  return <span className={`tag ${TONE[state]}`}>{t(`versions.state_${state}`)}</span>;
}
