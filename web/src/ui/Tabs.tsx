/** Tabs after the WAI-ARIA pattern: one stop of the Tab key, arrows move and choose. */
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

export interface TabItem<V extends string> {
  value: V;
  label: string;
}

interface Props<V extends string> {
  label: string;
  value: V;
  items: readonly TabItem<V>[];
  onChange: (value: V) => void;
  /** The panel of the chosen tab. */
  children: ReactNode;
}

export function Tabs<V extends string>({ label, value, items, onChange, children }: Props<V>) {
  const name = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const next = items[target(event.key, items.findIndex((item) => item.value === value), items.length)];
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} role="tablist" aria-label={label} className="tab-list">
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            className="tab"
            id={`${name}-${item.value}`}
            data-tab={item.value}
            aria-selected={item.value === value}
            aria-controls={`${name}-panel`}
            tabIndex={item.value === value ? 0 : -1}
            onClick={() => onChange(item.value)}
            onKeyDown={move}
          >
            {item.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${value}`}>
        {children}
      </div>
    </div>
  );
}

/** The place that a key leads to, or −1 for a key that is none of ours. */
function target(key: string, at: number, count: number): number {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return -1;
  }
}
