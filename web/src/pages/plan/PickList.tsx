import { usePack } from '../../app/pack';

interface Props {
  label: string;
  /** What the empty choice says. */
  ask: string;
  choices: readonly { value: string; label: string }[];
  picked: readonly string[];
  onPick: (picked: readonly string[]) => void;
}

/** Some of many: chosen one by one from a list that stays as short for five hundred as for five. */
export function PickList({ label, ask, choices, picked, onPick }: Props) {
  const { t } = usePack();
  const name = (value: string) => choices.find((one) => one.value === value)?.label ?? value;
  return (
    <>
      <label className="field">
        <span className="label">{label}</span>
        <select
          value=""
          onChange={(event) => {
            if (event.target.value !== '') onPick([...picked, event.target.value]);
          }}
        >
          <option value="">{ask}</option>
          {choices
            .filter(({ value }) => !picked.includes(value))
            .map((one) => (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ))}
        </select>
      </label>
      <Picked items={picked.map((value) => ({ key: value, label: name(value) }))} keep={t('plan.change_keep')} onKeep={(key) => onPick(picked.filter((other) => other !== key))} />
    </>
  );
}

interface PickedProps {
  items: readonly { key: string; label: string }[];
  keep: string;
  onKeep: (key: string) => void;
}

/** What is said so far, each with a way to take it back. */
export function Picked({ items, keep, onKeep }: PickedProps) {
  if (items.length === 0) return null;
  return (
    <ul className="change-picked">
      {items.map(({ key, label }) => (
        <li key={key}>
          <b>{label}</b>{' '}
          <button type="button" className="link-button" onClick={() => onKeep(key)}>
            {keep}
          </button>
        </li>
      ))}
    </ul>
  );
}
