/** Addresses, who may see them, and what each loads. Pages are chunks of their own. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect,
} from '@tanstack/react-router';

import { ProblemError } from '../api/client';
import { packQuery, sessionQuery, welcomeQuery } from '../api/queries';
import { readFilters } from '../pages/register/filters';
import { isDay } from '../ui/format';
import { PageFailed, PageLoading, PageMissing } from './fallbacks';
import { startPath } from './pack';
import { parseSearch, pick, stringifySearch } from './search';
import { Shell } from './Shell';

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: PageMissing });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search) => pick(search, ['next']),
  loader: ({ context }) => context.queries.ensureQueryData(welcomeQuery),
  component: lazyRouteComponent(() => import('../pages/login/LoginPage'), 'LoginPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      return { session: await context.queries.ensureQueryData(sessionQuery) };
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) {
        const next = location.href === '/' ? {} : { next: location.href };
        throw redirect({ to: '/login', search: next });
      }
      throw error;
    }
  },
  loader: ({ context }) => context.queries.ensureQueryData(packQuery),
  component: Shell,
});

const index = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: startPath(context.session), search: {} });
  },
});

const today = createRoute({
  getParentRoute: () => shell,
  path: '/today',
  validateSearch: (search) => day(search),
  staticData: { permission: 'work_tasks' },
  component: lazyRouteComponent(() => import('../pages/today/TodayPage'), 'TodayPage'),
});

const objects = createRoute({
  getParentRoute: () => shell,
  path: '/objects',
  validateSearch: readFilters,
  staticData: { permission: 'view_register' },
  component: lazyRouteComponent(() => import('../pages/register/RegisterPage'), 'RegisterPage'),
});

const object = createRoute({
  getParentRoute: () => shell,
  path: '/objects/$objectId',
  staticData: { permission: 'view_register' },
  component: lazyRouteComponent(() => import('../pages/object/ObjectPage'), 'ObjectPage'),
});

const map = createRoute({
  getParentRoute: () => shell,
  path: '/map',
  validateSearch: (search) => pick(search, ['category', 'control_kind']),
  staticData: { permission: 'view_register' },
  component: lazyRouteComponent(() => import('../pages/map/MapPage'), 'MapPage'),
});

const plan = createRoute({
  getParentRoute: () => shell,
  path: '/plan',
  validateSearch: (search) => ({ ...day(search), ...pick(search, ['view', 'inspector', 'reason', 'text']) }),
  staticData: { permission: 'view_plans' },
  component: lazyRouteComponent(() => import('../pages/plan/PlanPage'), 'PlanPage'),
});

const year = createRoute({
  getParentRoute: () => shell,
  path: '/plan/year',
  validateSearch: (search) => pick(search, ['period', 'more', 'reserve']),
  staticData: { permission: 'view_plans' },
  component: lazyRouteComponent(() => import('../pages/year/YearPage'), 'YearPage'),
});

const decisions = createRoute({
  getParentRoute: () => shell,
  path: '/decisions',
  validateSearch: (search) => pick(search, ['control_kind', 'old', 'new']),
  staticData: { permission: 'decide_categories' },
  component: lazyRouteComponent(() => import('../pages/decisions/DecisionsPage'), 'DecisionsPage'),
});

const methodology = createRoute({
  getParentRoute: () => shell,
  path: '/methodology',
  validateSearch: (search) => pick(search, ['tab', 'kind']),
  staticData: { permission: 'view_methodology' },
  component: lazyRouteComponent(() => import('../pages/methodology/MethodologyPage'), 'MethodologyPage'),
});

const version = createRoute({
  getParentRoute: () => shell,
  path: '/methodology/versions/$version',
  validateSearch: (search) => pick(search, ['tab']),
  staticData: { permission: 'view_methodology' },
  component: lazyRouteComponent(() => import('../pages/methodology/versions/VersionPage'), 'VersionPage'),
});

const oversight = createRoute({
  getParentRoute: () => shell,
  path: '/oversight',
  validateSearch: (search) => pick(search, ['tab']),
  staticData: { permission: 'view_oversight' },
  component: lazyRouteComponent(() => import('../pages/oversight/OversightPage'), 'OversightPage'),
});

const desk = createRoute({
  getParentRoute: () => shell,
  path: '/desk',
  validateSearch: (search) => pick(search, ['control_kind', 'rule', 'territory']),
  staticData: { permission: 'view_desk' },
  component: lazyRouteComponent(() => import('../pages/desk/DeskPage'), 'DeskPage'),
});

const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  validateSearch: (search) => pick(search, ['tab', 'source']),
  staticData: { permission: 'view_sources' },
  component: lazyRouteComponent(() => import('../pages/admin/AdminPage'), 'AdminPage'),
});

function day(search: Record<string, unknown>): { date?: string } {
  const { date } = pick(search, ['date']);
  return isDay(date) ? { date } : {};
}

const routeTree = root.addChildren([
  login,
  shell.addChildren([index, today, objects, object, map, plan, year, decisions, methodology, version, oversight, desk, sources]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface HistoryState {
    /** The section from which a card was opened: its name stays lit. */
    from?: import('./navigation').NavItem['to'];
  }
  interface StaticDataRouteOption {
    permission?: import('../api/types').Permission;
  }
}
