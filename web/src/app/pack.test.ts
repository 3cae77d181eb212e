import { expect, test } from 'vitest';

import type { Permission } from '../api/types';
import { SESSION } from '../test/pack';
import { navigation } from './navigation';
import { startPath } from './pack';

const withPermissions = (...permissions: Permission[]) => ({ ...SESSION, permissions, staff_key: 'I-1' });

test.each([
  [['work_tasks', 'view_register'], '/today'],
  [['view_desk', 'decide_signs'], '/desk'],
  [['decide_categories', 'view_plans', 'approve_plans'], '/plan'],
  [['view_methodology', 'edit_methodology', 'view_register'], '/methodology'],
  [['view_sources', 'manage_users'], '/sources'],
  [['view_register', 'view_plans', 'sign_methodology'], '/methodology'],
  [['view_register', 'view_plans'], '/plan'],
  [['view_register'], '/objects'],
] as [Permission[], string][])('%s starts at %s', (permissions, path) => {
  expect(startPath(withPermissions(...permissions))).toBe(path);
});

test('who may work tasks but is no staff starts at the plan and is offered no day of his own', () => {
  const head = { ...withPermissions('work_tasks', 'view_plans', 'approve_plans'), staff_key: null };
  expect(startPath(head)).toBe('/plan');
  expect(navigation(head).map(({ to }) => to)).toEqual(['/plan']);
});

test('a section is offered only with its permission', () => {
  expect(navigation(withPermissions('view_register')).map(({ to }) => to)).toEqual(['/objects', '/map']);
});
