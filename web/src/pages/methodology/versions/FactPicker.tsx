import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { factsQuery } from '../../../api/queries';
import { usePack } from '../../../app/pack';

/** Names of facts as a rule reads them, found by name or title and put where the text is being written. */
export function FactPicker({ onPick }: { onPick: (name: string) => void }) {
  const { t, say } = usePack();
  const list = useId();
  const facts = useQuery(factsQuery);
  const [text, setText] = useState('');
  const fact = facts.data?.items.find((one) => one.name === text);
  return (
    <div className="fact-picker">
      <label className="field">
        <span className="label">{t('versions.fact')}</span>
        <input name="fact" list={list} value={text} autoComplete="off" onChange={(event) => setText(event.target.value)} />
      </label>
      <datalist id={list}>
        {facts.data?.items.map((one) => (
          <option key={one.name} value={one.name}>{one.unit ? `${say(one.title)}, ${say(one.unit)}` : say(one.title)}</option>
        ))}
      </datalist>
      <button type="button" className="button" disabled={!fact} onClick={() => { onPick(text); setText(''); }}>{t('versions.fact_insert')}</button>
      {fact && <p className="faint">{say(fact.title)}{fact.unit ? `, ${say(fact.unit)}` : ''} · {say(fact.missing_when)}</p>}
    </div>
  );
}
