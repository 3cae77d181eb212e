// Serves web/dist and a made-up city, for looking at the pages without the server. Not part of the product.
//   node dev/mock.mjs [port]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { both, CATEGORIES, objects, pack, territories } from './data.mjs';
import { encodeTile, project } from './mvt.mjs';
import * as views from './views.mjs';

const port = Number(process.argv[2] ?? 8090);
const dist = join(import.meta.dirname, '../dist');
const MIME = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const LOOK = ['view_register', 'view_methodology'];
const ROLES = {
  inspector: ['Петров И. С.', both('Инспектор', 'Inspector'), ['work_tasks', 'view_register']],
  desk_analyst: ['Кузнецова А. И.', both('Аналитик камеральной группы', 'Desk analyst'), ['view_desk', 'decide_signs', ...LOOK]],
  methodologist: ['Волков Н. П.', both('Методолог', 'Methodologist'), ['edit_methodology', ...LOOK]],
  head: ['Соколова М. В.', both('Руководитель', 'Head'), ['decide_categories', 'view_plans', 'approve_plans', ...LOOK]],
  administrator: ['Администратор', both('Администратор', 'Administrator'), ['view_sources', 'manage_users', 'view_register']],
};
const session = (login) => ({ login, name: ROLES[login][0], role: login, role_title: ROLES[login][1], permissions: ROLES[login][2], staff_key: login === 'inspector' ? 'I-1' : null });
const problem = (status, code) => ({ status, body: { type: 'about:blank', title: code, status, code, cause: code, action: 'see the log' } });
const ok = (body) => ({ status: 200, body });

function page(items, query, extra = {}) {
  const from = Number(query.cursor ?? 0);
  const to = from + Number(query.limit ?? 100);
  return ok({ items: items.slice(from, to), next_cursor: to < items.length ? String(to) : null, ...extra });
}
function matching(query, useCategory = true) {
  const text = (query.text ?? '').toLowerCase();
  const wanted = (query.category ?? '').split(',').filter(Boolean);
  return objects.filter((one) => (!useCategory || wanted.length === 0 || wanted.includes(one.category)) && (!query.control_kind || one.control_kind === query.control_kind) && (!query.object_kind || one.object_kind === query.object_kind)
    && (!query.territory || one.territory.code === query.territory) && `${one.object_key} ${one.object_title}`.toLowerCase().includes(text));
}
function approve() {
  const { plan } = views;
  if (plan.state === 'approved') return problem(409, 'PLAN_ALREADY_APPROVED');
  Object.assign(plan, { state: 'approved', approved_by: ROLES.head[0], approved_at: new Date().toISOString() });
  plan.routes.forEach((route, index) => route.visits.forEach((visit) => (visit.order_number = `2026/00001${index}`)));
  const tasks = plan.routes.flatMap((route) => route.visits).length;
  return ok({ plan_id: plan.id, tasks, orders: 6, first_order_number: '2026/000010', last_order_number: '2026/000015', approved_by: plan.approved_by, approved_at: plan.approved_at });
}
function decideSign(id, body, login) {
  const sign = views.signs.find((one) => one.id === id);
  if (!sign) return problem(404, 'SIGN_NOT_FOUND');
  if (body.verdict !== 'confirmed' && !body.comment) return problem(422, 'COMMENT_REQUIRED');
  const known = views.deskDecisions.find((one) => one.sign_id === id);
  if (known) return known.id === body.id ? ok(known) : problem(409, 'SIGN_ALREADY_DECIDED');
  const { object_id, object_key, object_title, rule, rule_title } = sign;
  const made = { ...body, sign_id: id, object_id, object_key, object_title, rule, rule_title, author: ROLES[login][0], decided_at: new Date().toISOString() };
  views.deskDecisions.unshift(made);
  sign.state = 'desk';
  return ok(made);
}

function api(method, path, query, body, login) {
  const waiting = views.signs.filter((one) => one.state === 'detected' && (!query.rule || one.rule === query.rule) && (!query.control_kind || one.control_kind === query.control_kind));
  const routes = {
    'GET /session': () => ok(session(login)), 'GET /pack': () => ok(pack), 'GET /territories': () => ok({ items: territories }),
    'GET /tasks/day': () => ok(views.tasks()), 'GET /objects': () => page(matching(query), query),
    'GET /objects/counts': () => ok({ total: matching(query).length, by_category: CATEGORIES.map((category) => ({ category, count: matching(query, false).filter((one) => one.category === category).length })) }),
    'GET /signs': () => page(waiting, query, { waiting: waiting.length }), 'GET /desk_decisions': () => page(views.deskDecisions, query, { decided_today: views.deskDecisions.length }),
    'GET /plans': () => ok({ items: [{ id: views.plan.id, date: views.plan.date, state: views.plan.state, visits: 30, left_out: 51, inspectors: 6 }], next_cursor: null }),
    'GET /orders': () => ok({ items: [] }),
    'GET /proposal': () => ok(views.proposal()), 'GET /proposal/items': () => page(views.proposalItems(query), query), 'GET /decisions': () => page(views.decisions, query),
    'POST /decisions': () => (views.decisions.some((one) => one.order_number === body.order_number) ? problem(409, 'ORDER_NUMBER_TAKEN') : ok(views.decide(body.order_number, ROLES[login][0]))),
    'GET /methodology': () => ok(views.methodology), 'GET /methodology/rules': () => ok({ items: views.methodologyRules }), 'GET /methodology/facts': () => ok({ items: views.methodologyFacts }),
    'GET /sources': () => ok({ items: views.sources }), 'GET /deliveries': () => page(views.deliveries.filter((one) => !query.source || one.source === query.source), query),
    'GET /rejects/counts': () => ok({ items: views.rejectCounts }), 'GET /rejects': () => page(views.rejects, query),
    'GET /users': () => ok({ items: Object.keys(ROLES).map((role) => ({ ...session(role), enabled: true, last_login_at: null })) }),
  };
  const route = routes[`${method} ${path}`];
  if (route) return route();
  const [, first, second, third] = path.split('/');
  if (first === 'objects') {
    const row = objects.find((one) => one.object_id === second);
    return row ? ok(views.card(row)) : problem(404, 'OBJECT_NOT_FOUND');
  }
  if (first === 'signs' && third === 'decision') return decideSign(second, body, login);
  if (first === 'signs') {
    const sign = views.signs.find((one) => one.id === second);
    return sign ? ok(views.signDetail(sign)) : problem(404, 'SIGN_NOT_FOUND');
  }
  if (first === 'plans' && second === 'day') return third === views.plan.date ? ok(views.plan) : problem(404, 'PLAN_NOT_FOUND');
  if (first === 'plans' && third === 'left_out') return page(views.leftOut.filter((one) => !query.reason || one.reason.reason === query.reason), query);
  if (first === 'plans' && third === 'approval') return approve();
  return problem(404, 'NOT_FOUND');
}

function tile(z, x, y, query) {
  const here = objects.filter((one) => !query.control_kind || one.control_kind === query.control_kind).map((one) => ({ one, at: project(one.location, z) })).filter(({ at }) => Math.floor(at.x) === x && Math.floor(at.y) === y);
  if (z >= 13) return encodeTile({ objects: here.map(({ one, at }) => ({ x: at.x - x, y: at.y - y, properties: { id: one.object_id, key: one.object_key, category: one.category } })) });
  const cells = new Map();
  for (const { one, at } of here) {
    const key = `${Math.floor((at.x - x) * 8)} ${Math.floor((at.y - y) * 8)}`;
    const cell = cells.get(key) ?? { x: 0, y: 0, properties: { count: 0 } };
    const { properties } = cell;
    cell.x += at.x - x;
    cell.y += at.y - y;
    properties.count += 1;
    properties[one.category] = (properties[one.category] ?? 0) + 1;
    cells.set(key, cell);
  }
  return encodeTile({ cells: [...cells.values()].map((cell) => ({ ...cell, x: cell.x / cell.properties.count, y: cell.y / cell.properties.count })) });
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  const query = Object.fromEntries(url.searchParams);
  const send = (status, type, body, headers = {}) => response.writeHead(status, { 'Content-Type': type, ...headers }).end(body);
  const json = ({ status, body }, headers) => send(status, status < 400 ? 'application/json' : 'application/problem+json', JSON.stringify(body), headers);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text ? JSON.parse(text) : undefined;
  const login = /dozor_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  if (url.pathname.startsWith('/api/v1/')) {
    const path = url.pathname.slice('/api/v1'.length);
    if (path === '/welcome') return json(ok({ title: pack.title, authority: pack.authority, version: '0.1.0', demo_logins: Object.entries(ROLES).map(([role, [name, role_title]]) => ({ login: role, name, role_title })) }));
    if (path === '/session' && request.method === 'POST') return ROLES[body.login] && body.password === 'dozor-demo' ? json(ok(session(body.login)), { 'Set-Cookie': `dozor_session=${body.login}; Path=/; HttpOnly; SameSite=Strict` }) : json(problem(401, 'LOGIN_REFUSED'));
    if (path === '/session' && request.method === 'DELETE') return response.writeHead(204, { 'Set-Cookie': 'dozor_session=; Path=/; Max-Age=0' }).end();
    if (!ROLES[login]) return json(problem(401, 'SESSION_REQUIRED'));
    if (path === '/exports/objects.csv') return send(200, 'text/csv', '\ufeffobject_key\n', { 'Content-Disposition': 'attachment; filename="objects.csv"' });
    return json(api(request.method, path, query, body, login));
  }
  const asked = /^\/tiles\/(\d+)\/(\d+)\/(\d+)\.mvt$/.exec(url.pathname);
  if (asked) {
    const bytes = tile(Number(asked[1]), Number(asked[2]), Number(asked[3]), query);
    return bytes.length === 0 ? response.writeHead(204).end() : send(200, 'application/vnd.mapbox-vector-tile', bytes);
  }
  try {
    const file = join(dist, normalize(url.pathname));
    return send(200, MIME[extname(file)] ?? 'application/octet-stream', await readFile(file), { 'Content-Security-Policy': "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'" });
  } catch {
    return send(200, MIME['.html'], await readFile(join(dist, 'index.html')), { 'Content-Security-Policy': "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'" });
  }
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
