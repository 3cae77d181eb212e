import { useEffect, useRef } from 'react';

import type { SignRow } from '../../api/types';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';

/** So many of the queue stand in the page; the rest come up as these are decided. */
const SHOWN = 60;

interface Props {
  items: readonly SignRow[];
  current: string | undefined;
  onChoose: (id: string) => void;
}

export function Queue({ items, current, onChoose }: Props) {
  const { t, say } = usePack();
  const place = items.findIndex(({ id }) => id === current);
  const from = Math.max(0, place - 10);
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Newer browsers return a promise here, which must not become the effect's clean-up.
    void here.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <ol className="queue" aria-label={t('desk.queue')}>
      {items.slice(from, from + SHOWN).map((sign) => (
        <li key={sign.id}>
          <button
            type="button"
            ref={sign.id === current ? here : undefined}
            aria-current={sign.id === current ? 'true' : undefined}
            onClick={() => onChoose(sign.id)}
          >
            <span className="queue-title">{placeName(sign)}</span>
            <span className="queue-rule faint">{say(sign.rule_title)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
