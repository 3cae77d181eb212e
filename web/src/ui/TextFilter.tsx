import { useEffect, useState } from 'react';

/** Typing goes to the address after a pause, not letter by letter. */
const TYPING_PAUSE_MS = 300;

interface Props {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Finds by what is typed. */
export function TextFilter({ label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value ?? '');
  // «Back» and «reset» change the address from outside.
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    const next = typed.trim() || undefined;
    if (next === value) return undefined;
    const timer = setTimeout(() => onChange(next), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="field filter-text">
      <span className="label">{label}</span>
      <input type="search" value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}
