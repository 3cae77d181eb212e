/** The analyst's place in the queue and the decisions on their way to the server. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { client, ProblemError, take } from '../../api/client';
import { deskDecisionsQuery, signQuery, signsQuery, type DeskFilters } from '../../api/queries';
import type { DeskVerdict, NewDeskDecision, SignRow, Snooze } from '../../api/types';
import { uuidv7 } from './uuid';

/** Evidence of so many next signs is fetched ahead: the next one opens at once. */
const AHEAD = 3;
/** With fewer signs left the next page of the queue is fetched. */
const FEW = 20;

export interface Sent {
  sign: SignRow;
  body: NewDeskDecision;
  /** `taken`: the sign was decided or withdrawn before; this decision is not recorded and never will be. */
  state: 'sending' | 'done' | 'failed' | 'taken';
  /** When the state was reached, milliseconds. */
  at: number;
  error: unknown;
}

/** A sign that was put aside: its rule sleeps on its object until an instant. */
export interface PutAside {
  sign: SignRow;
  until: string;
  /** When the server said so, milliseconds. */
  at: number;
}

/** Tells that another try would be refused again: somebody else decided the sign, or it is gone. */
function isSettled(error: unknown): boolean {
  return error instanceof ProblemError && (error.status === 404 || error.status === 409);
}

export function useDesk(filters: DeskFilters) {
  const queries = useQueryClient();
  const queue = useInfiniteQuery(signsQuery(filters));
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const [aside, setAside] = useState<readonly PutAside[]>([]);
  const [chosen, setChosen] = useState<string>();

  const items = useMemo(() => {
    const gone = new Set([...sent, ...aside].map(({ sign }) => sign.id));
    return (queue.data?.pages ?? []).flatMap((page) => page.items).filter(({ id }) => !gone.has(id));
  }, [queue.data, sent, aside]);
  const index = Math.max(0, items.findIndex(({ id }) => id === chosen));
  const current = items[index];

  useEffect(() => {
    for (const { id } of items.slice(index + 1, index + 1 + AHEAD)) void queries.prefetchQuery(signQuery(id));
    if (items.length < FEW && queue.hasNextPage && !queue.isFetchingNextPage) void queue.fetchNextPage();
  }, [items, index, queue.hasNextPage, queue.isFetchingNextPage]);

  const post = useCallback(
    async (sign: SignRow, body: NewDeskDecision) => {
      const mark = (state: Sent['state'], error?: unknown) =>
        setSent((all) => [{ sign, body, state, error, at: Date.now() }, ...all.filter((one) => one.body.id !== body.id)]);
      mark('sending');
      try {
        await take(client.POST('/api/v1/signs/{sign_id}/decision', { params: { path: { sign_id: sign.id } }, body }));
        mark('done');
        void queries.invalidateQueries({ queryKey: deskDecisionsQuery.queryKey });
        void queries.invalidateQueries({ queryKey: ['object', sign.object_id] });
      } catch (error) {
        mark(isSettled(error) ? 'taken' : 'failed', error);
      }
    },
    [queries],
  );

  const decide = useCallback(
    (verdict: DeskVerdict, comment: string) => {
      if (!current) return;
      setChosen(items[index + 1]?.id ?? items[index - 1]?.id);
      void post(current, { id: uuidv7(), verdict, comment });
    },
    [current, items, index, post],
  );

  const putAside = useCallback(
    (snooze: Snooze) => {
      if (!current) return;
      // A rule sleeps on the object: the sign may stand in the queue once for each kind of control.
      const same = items.filter(({ object_id, rule }) => object_id === current.object_id && rule === current.rule);
      setChosen(items.slice(index + 1).find((sign) => !same.includes(sign))?.id ?? items[index - 1]?.id);
      setAside((all) => [...same.map((sign) => ({ sign, until: snooze.until, at: Date.now() })), ...all]);
      void queries.invalidateQueries({ queryKey: ['object', current.object_id] });
    },
    [current, items, index, queries],
  );

  const since = (at: number) => at >= queue.dataUpdatedAt;
  const decided = sent.filter(({ state, at }) => (state === 'done' || state === 'taken') && since(at)).length;

  return {
    queue,
    items,
    index,
    current,
    // The server's count of the last page, less what was decided or put aside since it came.
    waiting: Math.max(0, (queue.data?.pages.at(-1)?.waiting ?? 0) - decided - aside.filter(({ at }) => since(at)).length),
    failed: sent.filter(({ state }) => state === 'failed'),
    last: sent[0],
    lastAside: aside[0],
    choose: setChosen,
    move: (by: number) => {
      const next = items[index + by];
      if (next) setChosen(next.id);
    },
    decide,
    putAside,
    /** Sends a failed decision again under its own id. */
    retry: ({ sign, body }: Sent) => void post(sign, body),
  };
}
