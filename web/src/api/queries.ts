/** What the pages read, each as one query with its key. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { client, ProblemError, take } from './client';
import type { LeftOutReasonCode, RequestVerdict } from './types';

const MINUTE = 60_000;
/** Rows in a page of a long list. */
export const PAGE_SIZE = 200;

export interface ObjectFilters {
  category?: string;
  control_kind?: string;
  object_kind?: string;
  territory?: string;
  text?: string;
}

export const welcomeQuery = queryOptions({
  queryKey: ['welcome'],
  queryFn: () => take(client.GET('/api/v1/welcome')),
  staleTime: Infinity,
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => take(client.GET('/api/v1/session')),
  staleTime: 5 * MINUTE,
  retry: false,
});

export const packQuery = queryOptions({
  queryKey: ['pack'],
  queryFn: () => take(client.GET('/api/v1/pack')),
  staleTime: 30 * MINUTE,
});

export const territoriesQuery = queryOptions({
  queryKey: ['territories'],
  queryFn: () => take(client.GET('/api/v1/territories')),
  staleTime: Infinity,
});

export const taskDayQuery = (date: string | undefined) =>
  queryOptions({
    queryKey: ['task-day', date],
    queryFn: () => take(client.GET('/api/v1/tasks/day', { params: { query: { date } } })),
  });

export const taskBoardQuery = (date: string) =>
  queryOptions({
    queryKey: ['tasks', date],
    queryFn: () => take(client.GET('/api/v1/tasks', { params: { query: { date } } })),
  });

export const objectsQuery = (filters: ObjectFilters) =>
  infiniteQueryOptions({
    queryKey: ['objects', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(client.GET('/api/v1/objects', { params: { query: { ...filters, cursor: pageParam, limit: PAGE_SIZE } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const objectCountsQuery = (filters: ObjectFilters) =>
  queryOptions({
    queryKey: ['object-counts', filters],
    queryFn: () => take(client.GET('/api/v1/objects/counts', { params: { query: { ...filters } } })),
  });

export const objectQuery = (id: string) =>
  queryOptions({
    queryKey: ['object', id],
    queryFn: () => take(client.GET('/api/v1/objects/{object_id}', { params: { path: { object_id: id } } })),
  });

export interface DeskFilters {
  control_kind?: string;
  rule?: string;
  territory?: string;
}

export const signsQuery = (filters: DeskFilters) =>
  infiniteQueryOptions({
    queryKey: ['signs', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(client.GET('/api/v1/signs', { params: { query: { ...filters, cursor: pageParam, limit: 100 } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // The page keeps its own place in the queue; a silent reload would move it under the analyst's hands.
    staleTime: Infinity,
    // A page opened anew asks anew: what was decided meanwhile must not come back.
    gcTime: 0,
  });

export const signQuery = (id: string) =>
  queryOptions({
    queryKey: ['sign', id],
    queryFn: () => take(client.GET('/api/v1/signs/{sign_id}', { params: { path: { sign_id: id } } })),
    staleTime: 5 * MINUTE,
  });

export const deskDecisionsQuery = queryOptions({
  queryKey: ['desk-decisions'],
  queryFn: () => take(client.GET('/api/v1/desk_decisions', { params: { query: { limit: 20 } } })),
});

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: () => take(client.GET('/api/v1/plans', { params: { query: { limit: 30 } } })),
});

export const planQuery = (date: string) =>
  queryOptions({
    queryKey: ['plan', date],
    queryFn: () => take(client.GET('/api/v1/plans/day/{date}', { params: { path: { date } } })),
  });

export const ordersQuery = (date: string) =>
  queryOptions({
    queryKey: ['orders', date],
    queryFn: () => take(client.GET('/api/v1/orders', { params: { query: { date } } })),
  });

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: () => take(client.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: id } } })),
  });

export const leftOutQuery = (planId: string, reason: LeftOutReasonCode | undefined, text: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['left-out', planId, reason, text],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        client.GET('/api/v1/plans/{plan_id}/left_out', {
          params: { path: { plan_id: planId }, query: { reason, text, cursor: pageParam, limit: PAGE_SIZE } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const proposalQuery = queryOptions({
  queryKey: ['proposal'],
  queryFn: () => take(client.GET('/api/v1/proposal')),
});

export interface ProposalFilters {
  control_kind?: string;
  old?: string;
  new?: string;
}

export const proposalItemsQuery = (runId: string, filters: ProposalFilters) =>
  infiniteQueryOptions({
    queryKey: ['proposal-items', runId, filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      take(
        client.GET('/api/v1/proposal/items', { params: { query: { ...filters, cursor: pageParam, limit: PAGE_SIZE } } }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const decisionsQuery = queryOptions({
  queryKey: ['decisions'],
  queryFn: () => take(client.GET('/api/v1/decisions', { params: { query: { limit: 50 } } })),
});

export const methodologyQuery = queryOptions({
  queryKey: ['methodology'],
  queryFn: () => take(client.GET('/api/v1/methodology')),
});

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: () => take(client.GET('/api/v1/methodology/rules')),
});

export const factsQuery = queryOptions({
  queryKey: ['facts'],
  queryFn: () => take(client.GET('/api/v1/methodology/facts')),
});

/** Reads three years of outcomes of the whole portfolio: asked for by a button. */
export const versionsQuery = queryOptions({
  queryKey: ['versions'],
  queryFn: () => take(client.GET('/api/v1/methodology/versions')),
});

const versionCall = (version: number) => ({ params: { path: { version: String(version) } } });

export const versionFilesQuery = (version: string) =>
  queryOptions({
    queryKey: ['version-files', version],
    queryFn: () => take(client.GET('/api/v1/methodology/versions/{version}/files', { params: { path: { version } } })),
  });

export const versionDifferenceQuery = (version: number) =>
  queryOptions({
    queryKey: ['version-difference', version],
    queryFn: () => take(client.GET('/api/v1/methodology/versions/{version}/difference', versionCall(version))),
  });

/** How often a page asks again while the server computes another such answer, and for how long. */
const TURN_MS = 2_000;
const MOST_TURNS = 60;

/**
 * All ask about the whole portfolio: they are slow, and the server computes one at a time. The one before is most often
 * this person's own, from the tab that he has just left: it is waited for. Nothing else is asked again by itself.
 */
const WHOLE_PORTFOLIO = {
  staleTime: 10 * MINUTE,
  refetchOnWindowFocus: false,
  retry: (count: number, error: unknown) => count < MOST_TURNS && error instanceof ProblemError && error.code === 'PORTFOLIO_BUSY',
  retryDelay: TURN_MS,
} as const;

export const ruleHistoriesQuery = queryOptions({
  ...WHOLE_PORTFOLIO,
  queryKey: ['rule-histories'],
  queryFn: () => take(client.GET('/api/v1/methodology/rule_histories')),
});

export const versionBacktestQuery = (version: number, asOf: string | undefined) =>
  queryOptions({
    ...WHOLE_PORTFOLIO,
    queryKey: ['version-backtest', version, asOf],
    queryFn: () =>
      take(client.GET('/api/v1/methodology/versions/{version}/backtest', { params: { path: { version: String(version) }, query: { as_of: asOf } } })),
  });

export const versionFindingsQuery = (version: number) =>
  queryOptions({
    ...WHOLE_PORTFOLIO,
    queryKey: ['version-findings', version],
    queryFn: () => take(client.GET('/api/v1/methodology/versions/{version}/findings', versionCall(version))),
  });

export const oversightQuery = queryOptions({
  ...WHOLE_PORTFOLIO,
  queryKey: ['oversight'],
  queryFn: () => take(client.GET('/api/v1/oversight')),
});

export interface LongRangeCall {
  from: string;
  to: string;
  more_inspectors: number;
  reserve_percent: number | undefined;
}

export const longRangePlanQuery = (call: LongRangeCall) =>
  queryOptions({
    ...WHOLE_PORTFOLIO,
    queryKey: ['long-range-plan', call],
    queryFn: () => take(client.GET('/api/v1/plans/long_range', { params: { query: call } })),
  });

export const secondLooksQuery = queryOptions({
  queryKey: ['second-looks'],
  queryFn: () => take(client.GET('/api/v1/oversight/second_looks')),
});

export const executorsQuery = queryOptions({
  ...WHOLE_PORTFOLIO,
  queryKey: ['executors'],
  queryFn: () => take(client.GET('/api/v1/oversight/executors')),
});

/** Comes from the same answer, so it is asked once that is there. */
export const inspectorEffectsQuery = queryOptions({
  ...WHOLE_PORTFOLIO,
  queryKey: ['inspector-effects'],
  queryFn: () => take(client.GET('/api/v1/oversight/inspectors')),
});

export const similarCasesQuery = (id: string) =>
  queryOptions({
    ...WHOLE_PORTFOLIO,
    queryKey: ['similar', id],
    queryFn: () => take(client.GET('/api/v1/objects/{object_id}/similar', { params: { path: { object_id: id } } })),
  });

export const categoryRequestsQuery = queryOptions({
  queryKey: ['category-requests'],
  queryFn: () => take(client.GET('/api/v1/category_requests')),
});

export const categoryRequestReplyQuery = (id: string, verdict: RequestVerdict) =>
  queryOptions({
    queryKey: ['category-request-reply', id, verdict],
    queryFn: () => take(client.GET('/api/v1/category_requests/{request_id}/reply', { params: { path: { request_id: id }, query: { verdict } } })),
  });

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: () => take(client.GET('/api/v1/sources')),
});

export const deliveriesQuery = (source: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', source],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => take(client.GET('/api/v1/deliveries', { params: { query: { source, cursor: pageParam, limit: PAGE_SIZE } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const rejectCountsQuery = queryOptions({
  queryKey: ['reject-counts'],
  queryFn: () => take(client.GET('/api/v1/rejects/counts')),
});

export const rejectsQuery = (source: string, code: string) =>
  infiniteQueryOptions({
    queryKey: ['rejects', source, code],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => take(client.GET('/api/v1/rejects', { params: { query: { source, code, cursor: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: () => take(client.GET('/api/v1/users')),
});
