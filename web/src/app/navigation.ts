/** The sections, in the order of the header, each with the permission it needs. */
import type { Permission, Session } from '../api/types';
import type { TextKey } from '../i18n';
import { hasOwnDay, may } from './pack';

export interface NavItem {
  to: '/today' | '/desk' | '/plan' | '/decisions' | '/objects' | '/map' | '/methodology' | '/oversight' | '/sources';
  permission: Permission;
  label: TextKey;
  short: TextKey;
  /** Path data of a 24 × 24 line icon. */
  icon: string;
}

const ITEMS: readonly NavItem[] = [
  { to: '/today', permission: 'work_tasks', label: 'common.nav_today', short: 'common.nav_today', icon: 'M5 5h14v15H5zM5 9.500h14M9 3v4M15 3v4M9 14.500l2 2 4-4' },
  { to: '/desk', permission: 'view_desk', label: 'common.nav_desk', short: 'common.nav_desk_short', icon: 'M4 5h16v11H4zM9 20h6M12 16v4M8 10.500l2.500 2.500L16 8' },
  { to: '/plan', permission: 'view_plans', label: 'common.nav_plan', short: 'common.nav_plan_short', icon: 'M6 6.500a2 2 0 1 0 0-.01M18 17.500a2 2 0 1 0 0-.01M8 6.500h7a3 3 0 0 1 0 5.500H9a3 3 0 0 0 0 5.500h7' },
  { to: '/decisions', permission: 'decide_categories', label: 'common.nav_decisions', short: 'common.nav_decisions', icon: 'M6 3h9l4 4v14H6zM14.500 3v5H19M9.500 14.500l2 2 3.500-4' },
  { to: '/objects', permission: 'view_register', label: 'common.nav_register', short: 'common.nav_register', icon: 'M4 6h16M4 12h16M4 18h16' },
  { to: '/map', permission: 'view_register', label: 'common.nav_map', short: 'common.nav_map', icon: 'M9 5 4 7v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12' },
  { to: '/methodology', permission: 'view_methodology', label: 'common.nav_methodology', short: 'common.nav_methodology', icon: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6' },
  { to: '/oversight', permission: 'view_oversight', label: 'common.nav_oversight', short: 'common.nav_oversight_short', icon: 'M4 20V4M4 20h16M8 16v-5M12 16V8M16 16v-3M20 16V6' },
  { to: '/sources', permission: 'view_sources', label: 'common.nav_admin', short: 'common.nav_admin', icon: 'M4 6c0-1.500 3.600-2.500 8-2.500s8 1 8 2.500-3.600 2.500-8 2.500S4 7.500 4 6zM4 6v12c0 1.500 3.600 2.500 8 2.500s8-1 8-2.500V6M4 12c0 1.500 3.600 2.500 8 2.500s8-1 8-2.500' },
];

export function navigation(session: Session): NavItem[] {
  return ITEMS.filter((item) => (item.to === '/today' ? hasOwnDay(session) : may(session, item.permission)));
}
