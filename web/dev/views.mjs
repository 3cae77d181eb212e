// Builds the bodies of the contract from the made-up city.
import { both, CATEGORIES, facts, legal, objects, pack, pick, random, rule, rules, square, uuid } from './data.mjs';

const AT = '2026-11-21T21:00:00Z';
const RUN = uuid();
export const signs = objects.filter((one) => one.open_signs > 0).map((one) => {
  const { location: _, ...row } = one;
  const found = pick(rules.filter(({ kinds }) => kinds.includes('sign')));
  return {
    id: one.object_id.split('').reverse().join(''), ...row, rule: found.id, rule_title: found.title, points: found.points, priority: found.priority, opened_at: '2026-11-18T06:10:00Z',
    evidence: both('Пятно застройки выросло на 84 м² между облётами 12.05.2026 и 14.09.2026 при ошибке метода 9 м²', 'The footprint grew by 84 m² between flights at a method error of 9 m²'), state: 'detected',
  };
}).sort((a, b) => b.priority - a.priority);
export const deskDecisions = [];

const history = () => [
  ['2026-09-14', 'Распознано на снимке', 'Detected from above', [['Вид', 'Class', 'Пристройка', 'Extension'], ['Уверенность', 'Confidence', '0,83', '0.83']]],
  ['2025-06-18', 'Выездное обследование', 'Field survey', [['Результат', 'Result', 'Нарушение выявлено', 'Violation found']]],
  ['2025-06-20', 'Предписание', 'Prescription', [['Срок', 'Due', '01.09.2025', '01.09.2025'], ['Исполнено', 'Fulfilled', 'нет', 'no']]],
  ['2025-03-02', 'Обращение гражданина', 'Appeal', [['Тема', 'Topic', 'Самовольное строительство', 'Unauthorised construction']]],
].map(([happened_on, ru, en, details]) => ({ id: uuid(), source: 'events', title: both(ru, en), happened_on, known_at: AT, details: details.map(([a, b, c, d]) => ({ title: both(a, b), value: both(c, d) })) }));

const answer = (id, state, extra = {}) => ({ rule: id, title: rule(id).title, kinds: rule(id).kinds, state, points: state === 'fired' ? rule(id).points : 0, priority: rule(id).priority, evidence: null, facts, missing: [], basis: legal, ...extra });

export function card(row) {
  const { location } = row;
  return {
    id: row.object_id, key: row.object_key, source: 'egrn_parcels', source_title: both('ЕГРН, участки', 'Register of parcels'), title: row.object_title, object_kind: row.object_kind, territory: row.territory, location,
    geometry: row.object_kind === 'nto' ? null : square(location, 44), parent: null, children: [{ id: objects[0].object_id, key: '77:01:0001001:77', title: '', object_kind: 'building' }],
    attributes: [{ name: 'a', title: both('Площадь по ЕГРН', 'Registered area'), unit: both('м²', 'm²'), value_type: 'float', value: '1934.5' }, { name: 'b', title: both('Разрешённое использование', 'Permitted use'), value_type: 'codes', value: '4.1, 4.4' }],
    assessments: [{
      control_kind: row.control_kind, active_category: row.category, decision: row.category_decided ? { id: uuid(), order_number: '17-ОК', official: 'Соколова М. В.', decided_at: AT } : null, proposed_category: row.proposed_category, category: row.proposed_category ?? row.category, rule_category: row.category, highest_if_unknown: 'high', role: 'rules_only',
      probability: row.probability, points: 21, score: row.score,
      summary: both('Подтверждён признак «Пристройка или надстройка, не отражённая в ЕГРН», и за три года были два неотменённых нарушения; участок примыкает к школе.', 'A confirmed extension and two violations within three years; the parcel touches a school.'),
      basis: [{ step: 'points', rule: 'sign_confirmed', points: 13 }, { step: 'points', rule: 'prior_violations', points: 14 }, { step: 'points', rule: 'good_faith_history', points: -6 }, { step: 'probability_group', sum: 21, group: '2' }, { step: 'severity', group: 'В', because: 'capital_structure' }, { step: 'severity_raised', rule: 'zone_social_adjacent', group: 'Б' }, { step: 'table', severity: 'Б', probability: '2', category: 'medium' }, { step: 'floor', rule: 'prescription_overdue', category: 'medium' }, { step: 'unknown_could_raise', rules: ['build_no_permit'], category: 'high' }],
      rules: [answer('prior_violations', 'fired', { evidence: both('Два нарушения: 18.06.2025 и 02.11.2024, акты не отменены', 'Two violations, not annulled') }), answer('sign_confirmed', 'fired'), answer('build_extension', 'fired'), answer('build_no_permit', 'unknown', { missing: ['height_growth_m'] })],
      contributions: [['footprint_growth_m2', 'Прирост пятна к прошлому облёту', '84.35', 0.92], ['intercept', '', null, -2.31], ['violations_final_3y', 'Нарушений за 3 года', '2', 0.71], ['clean_events_3y', 'Мероприятий без нарушений', '1', -0.34], ['missing:height_growth_m', 'Прирост высоты', null, 0.12], ['appeals_90d', 'Обращений за 90 дней', '3', 0.28], ['rent', 'Просрочка аренды', '0', -0.11], ['area', 'Площадь', '1934.5', 0.07], ['days', 'Дней с последнего нарушения', '522', -0.05]].map(([feature, ru, value, log_odds]) => ({ feature, title: both(ru, ru), value, log_odds })),
      run_id: RUN, as_of: AT, methodology: 'a1b2c3d4e5f60718293a4b5c', model: '9f8e7d6c5b4a39281706',
    }],
    signs: [{ id: 's1', rule: 'build_extension', title: rule('build_extension').title, control_kind: row.control_kind, state: 'desk', verdict: 'confirmed', comment: '', author: 'Кузнецова А. И.', decided_at: AT, opened_at: AT, priority: 60, evidence: null }],
    history: history(), open_tasks: [{ id: uuid(), date: '2026-11-22', event_kind: 'field_survey', order_number: '2026/000017', inspector_name: 'Петров И. С.', state: 'assigned' }],
  };
}

export function signDetail(sign) {
  const row = objects.find((one) => one.object_id === sign.object_id);
  return {
    sign, facts, missing: ['height_growth_m'], basis: legal, object_geometry: square(row.location, 44), location: row.location,
    pictures: [{ title: both('Пристройка', 'Extension'), seen_on: '2026-09-14', confidence: 0.83, geometry: square(row.location, 14, 26, 8), details: [{ title: both('Версия распознавания', 'Detector'), value: both('3.2', '3.2') }] }, { title: both('Контур использования', 'Area in use'), seen_on: '2026-05-12', confidence: null, geometry: square(row.location, 50, 4, 2), details: [] }],
    other_signs: [], history: history(), decision: deskDecisions.find((one) => one.sign_id === sign.id) ?? null,
  };
}

const PEOPLE = ['Петров И. С.', 'Смирнова О. А.', 'Гаджиев Р. М.', 'Лебедева Т. П.', 'Орлов Д. В.', 'Ким С. Е.'];
export const plan = {
  id: uuid(), parent_id: null, date: pack.today, state: 'proposed', approved_by: null, approved_at: null, seed: '42', iterations: 20_000, value: 812.5, check: { passed: true, checks: ['time', 'territory'], problems: [] },
  routes: PEOPLE.map((name, index) => {
    const base = { lat: 55.74, lon: 37.6 };
    let now = 540;
    const visits = objects.slice(index * 7, index * 7 + 5 + (index % 3)).map((row) => {
      const travel = 8 + Math.floor(random() * 18);
      const start = now + travel;
      now = start + 40;
      const { object_id, object_key, object_title, object_kind, territory, control_kind, category, location } = row;
      return { object_id, object_key, object_title, object_kind, territory, control_kind, category, event_kind: 'field_survey', ground: { ground: 'sign', sign_id: 'x', rule: 'build_extension', confirmed: true }, why: both('Подтверждена пристройка 84 м², разрешения на строительство нет.', 'A confirmed extension of 84 m² without a permit.'), arrive: start, start, end: now, travel, value: 20 - index, order_number: null, by_video: false, location };
    });
    return { inspector: { key: `I-${index + 1}`, name, unit: `Отдел № ${1 + (index % 2)}`, mode: pick(['walk', 'scooter', 'car', 'transit']), shift_start: 540, shift_end: 1080, base, skills: ['land'] }, visits, travel_back: 15, back_at: now + 15 };
  }),
  lost_starts: [],
  left_out: [{ reason: 'no_time_left', count: 41 }, { reason: 'no_inspector_in_territory', count: 7 }, { reason: 'no_lawful_event', count: 3 }],
};
const REASONS = { no_time_left: { reason: 'no_time_left', value: 12.4, least_planned: 14.1 }, no_inspector_in_territory: { reason: 'no_inspector_in_territory' }, no_lawful_event: { reason: 'no_lawful_event', lacks: both('категория только предложена, решения нет', 'the category is only proposed') } };
export const leftOut = plan.left_out.flatMap(({ reason, count }) => objects.slice(60, 60 + count).map(({ location, ...row }) => ({ ...row, score: row.score, grounds: [{ ground: 'frequency', days_since: 402, every_days: 180 }], location, reason: REASONS[reason] })));

export function tasks() {
  const [route] = plan.routes;
  const approved = plan.state === 'approved';
  return { date: plan.date, inspector: route.inspector, back_at: approved ? route.back_at : null, plan_state: plan.state, tasks: approved ? route.visits.map((visit, index) => ({ id: `t${index}`, number: index + 1, ...visit, order_number: `2026/00001${index}`, order_state: 'checked', state: 'assigned', start_refusals: [], next: ['accept', 'depart', 'start', 'no_access', 'impossible'], results: [], reported: null })) : [] };
}

const changed = () => objects.filter((one) => one.proposed_category);
export function proposal() {
  const groups = new Map();
  for (const one of changed()) {
    const key = [one.control_kind, one.category_decided ? one.category : '', one.proposed_category].join(' ');
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  const changes = [...groups].map(([key, count]) => {
    const [control_kind, old, next] = key.split(' ');
    return { control_kind, old: old || null, new: next, count };
  }).sort((a, b) => a.control_kind.localeCompare(b.control_kind) || CATEGORIES.indexOf(b.new) - CATEGORIES.indexOf(a.new));
  return { run_id: RUN, as_of: AT, made_at: AT, methodology: 'a1b2', role: 'rules_only', count: changed().length, changes };
}
export const proposalItems = (query) => changed().filter((one) => (!query.control_kind || one.control_kind === query.control_kind) && (!query.new || one.proposed_category === query.new) && (!query.old || (one.category_decided ? one.category : 'none') === query.old))
  .map((one) => ({ ...one, old: one.category_decided ? one.category : null, new: one.proposed_category, why: both('Нарушение 18.06.2025 отменено по жалобе, баллов стало 6.', 'The violation was annulled on complaint.') }));
export const decisions = [{ id: uuid(), run_id: RUN, order_number: '17-ОК', official: 'Соколова М. В.', decided_at: '2026-11-20T09:00:00Z', count: 2950 }];
export function decide(order_number, official) {
  const rows = changed();
  for (const one of rows) Object.assign(one, { category: one.proposed_category, category_decided: true, proposed_category: null });
  decisions.unshift({ id: uuid(), run_id: RUN, order_number, official, decided_at: new Date().toISOString(), count: rows.length });
  return decisions[0];
}

const groups = (rows) => rows.map(([code, ru, condition]) => ({ code, title: both(ru, ru), condition }));
const TABLE = { А: ['extremely_high', 'high', 'medium', 'moderate'], Б: ['high', 'medium', 'moderate', 'low'], В: ['medium', 'medium', 'moderate', 'low'], Г: ['moderate', 'moderate', 'low', 'low'] };
export const methodology = {
  version: 1, hash: 'a1b2c3d4e5f60718293a4b5c', engine: '0.1.0', active_since: AT, rule_count: rules.length, fact_count: facts.length, case_count: 50,
  policy: { role: 'rules_only', auto_decide: false, severity_groups: groups([['А', 'высокая', 'mass_presence_people >= 200'], ['Б', 'повышенная', 'capital_structure && area > 1500.0'], ['В', 'обычная', 'capital_structure'], ['Г', 'малая', 'true']]), probability_groups: groups([['1', 'высокая', '≥ 25'], ['2', 'повышенная', '≥ 12'], ['3', 'умеренная', '≥ 5'], ['4', 'низкая', '< 5']]), matrix: Object.entries(TABLE).flatMap(([severity, row]) => row.map((category, index) => ({ severity, probability: String(index + 1), category }))) },
  model: { hash: '9f8e7d6c5b4a3928170615', trained_at: AT, as_of: AT, rows: 5120, positives: 1010, features: facts.map(({ name }) => name), metrics: [{ code: 'auc', value: 0.731, low: 0.712, high: 0.749 }] },
};
export const methodologyRules = rules.map((one) => ({ ...one, control_kinds: ['municipal_land'], object_kinds: ['parcel'], basis: legal, floor: one.id === 'prescription_overdue' ? 'medium' : null, severity: null, effective_from: '2026-01-01', effective_to: null, facts: facts.map(({ name }) => name), passport: { protects: both('Безопасность застройки', 'Safe building'), owner: both('Методический отдел', 'Methodology unit'), review_on: '2027-06-01' }, script: '(footprint_growth_m2 > max(15.0, footprint_error_m2) || height_growth_m > 2.5)\n    && building_registered_area_m2 > 0.0\n    && !construction_permit_valid', fired: 120, unknown: 14, cases: ['fires above the error', 'does not fire inside the error', 'unknown without height'].map((name, index) => ({ name, facts: [{ name: 'footprint_growth_m2', value: '84.0' }], expect: ['fired', 'not_fired', 'unknown'][index], got: ['fired', 'not_fired', 'unknown'][index], points: null, passed: true })) }));
export const methodologyFacts = facts.map(({ name, title, unit, value_type }) => ({ name, title, unit, value_type, kind: 'attribute', gives: both('значение поля записи', 'the value of a field'), missing_when: both('записи нет', 'no record'), definition: [{ key: 'field', value: name }], risk: 'more', source: 'flight_measurements', missing: 'unknown', uses: ['sign', 'model'], actionable: true, proxy: false, known_share: 0.83, rules: ['build_extension'] }));

const counts = { received: 12_503, accepted: 12_367, duplicates: 0, variants: 136, rejected: 0, held: 0, unmatched: 4 };
export const sources = ['egrn_parcels', 'detections', 'appeals', 'events'].map((name, index) => ({ name, title: both(['ЕГРН, участки', 'Детекции', 'Обращения', 'Мероприятия'][index], name), subject: 'object', delivery: 'full', format: index === 1 ? 'geojson' : 'csv', deliveries: 3, totals: { ...counts, received: counts.received + index * 3, rejected: index * 3 }, last_received_at: AT }));
export const deliveries = sources.map((one) => ({ id: uuid(), source: one.name, file_name: `${one.name}.csv.gz`, received_at: AT, delivered_on: '2026-11-21', size_bytes: 1_834_221, sha256: 'abcdef0123456789abcdef', counts: one.totals }));
export const rejectCounts = [{ source: 'appeals', code: 'DATE_IN_FUTURE', cause: 'the date lies after the delivery', action: 'correct the field and deliver the row again', count: 6 }];
export const rejects = Array.from({ length: 6 }, (_, index) => ({ source: 'appeals', delivery_id: deliveries[2].id, line: 12 + index * 40, field: 'created_on', code: 'DATE_IN_FUTURE', cause: 'the date lies after the delivery', action: '' }));
