// A made-up city for looking at the pages without the server: same seed, same city.

let seed = 7;
export const random = () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
  return seed / 4_294_967_296;
};
const pick = (items) => items[Math.floor(random() * items.length)];
const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
export const uuid = () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
const both = (ru, en) => ({ ru, en });

export const CATEGORIES = ['low', 'moderate', 'medium', 'high', 'extremely_high'];
const NAMES = ['Арбат', 'Басманный', 'Замоскворечье', 'Мещанский', 'Пресненский', 'Таганский', 'Тверской', 'Хамовники', 'Якиманка', 'Сокольники', 'Лефортово', 'Даниловский'];
const STREETS = ['ул. Большая Ордынка', 'Ленинградский просп.', 'ул. Сергия Радонежского', 'Варшавское шоссе', 'Новослободская ул.', 'ул. Шаболовка', '2-я Тверская-Ямская ул.', 'просп. Академика Сахарова'];
const WEST = 37.48;
const SOUTH = 55.7;
const STEP_LON = 0.07;
const STEP_LAT = 0.035;

export const territories = NAMES.map((name, index) => {
  const west = WEST + (index % 4) * STEP_LON;
  const south = SOUTH + Math.floor(index / 4) * STEP_LAT;
  const ring = [[west, south], [west + STEP_LON, south + 0.004], [west + STEP_LON, south + STEP_LAT], [west, south + STEP_LAT - 0.003], [west, south]];
  return {
    code: `77-${String(index + 1).padStart(3, '0')}`, name, group: 'ЦАО',
    centre: { lat: south + STEP_LAT / 2, lon: west + STEP_LON / 2 },
    geometry: { type: 'Polygon', coordinates: [ring] },
  };
});

export const rules = [
  ['build_extension', 'Пристройка или надстройка, не отражённая в ЕГРН', 'An extension or an added storey that the register does not show', ['sign'], 10, 60],
  ['build_no_permit', 'Строительство нового объекта без разрешения на участке, где это не допускается', 'New construction without a permit', ['sign'], 12, 70],
  ['land_encroachment', 'Занятие земель за границами участка', 'Land taken beyond the parcel border', ['sign'], 8, 50],
  ['land_area_excess', 'Площадь используемого участка превышает площадь по ЕГРН', 'The area in use exceeds the registered area', ['sign', 'indicator'], 8, 40],
  ['nto_illegal', 'Нестационарный объект вне схемы размещения или без действующего договора', 'A kiosk outside the scheme or without a contract', ['sign'], 6, 40],
  ['prior_violations', 'За три года выявлялись нарушения, акты не отменены', 'Violations within three years, acts not annulled', ['criterion'], 14, 0],
  ['prescription_overdue', 'Не исполнено предписание в срок', 'A prescription is overdue', ['criterion'], 12, 80],
  ['sign_confirmed', 'Признак нарушения подтверждён камеральным анализом и не опровергнут', 'A sign confirmed by desk review', ['criterion'], 13, 0],
  ['zone_social_adjacent', 'Участок примыкает к участку социального объекта', 'The parcel touches a social object', ['criterion'], 0, 0],
  ['good_faith_history', 'Два мероприятия за три года без нарушений, предписаний в просрочке нет', 'Two clean events within three years', ['good_faith'], -6, 0],
].map(([id, ru, en, kinds, points, priority]) => ({ id, title: both(ru, en), kinds, points, priority }));
export const rule = (id) => rules.find((one) => one.id === id);

const KINDS = [['parcel', 'Земельный участок', 'Parcel', 'municipal_land'], ['building', 'Здание', 'Building', 'regional_nonresidential'], ['premises', 'Помещение', 'Premises', 'regional_nonresidential'], ['nto', 'Нестационарный объект', 'Kiosk', 'municipal_land'], ['fence', 'Ограждение', 'Fence', 'municipal_land']];
export const pack = {
  name: 'moscow', title: both('Москва', 'Moscow'), authority: both('Госинспекция по недвижимости города Москвы', 'Moscow real-estate inspectorate'),
  zone: 'Europe/Moscow', bounds: [36.8, 55.1, 38, 56.1], today: '2026-11-22', demo: true,
  categories: [['low', 'Низкий', 'Low'], ['moderate', 'Умеренный', 'Moderate'], ['medium', 'Средний', 'Medium'], ['high', 'Высокий', 'High'], ['extremely_high', 'Чрезвычайно высокий', 'Extremely high']].map(([code, ru, en]) => ({ code, title: both(ru, en) })),
  control_kinds: [
    { code: 'municipal_land', title: both('Муниципальный земельный контроль', 'Municipal land control'), short: both('МЗК', 'Land'), object_kinds: ['parcel', 'nto', 'fence'] },
    { code: 'regional_nonresidential', title: both('Региональный контроль за использованием объектов нежилого фонда', 'Regional control of non-residential property'), short: both('РГК', 'Property'), object_kinds: ['building', 'premises'] },
  ],
  object_kinds: KINDS.map(([code, ru, en]) => ({ code, title: both(ru, en) })),
  event_kinds: [['field_survey', 'Выездное обследование', 'Field survey'], ['preventive_visit', 'Профилактический визит', 'Preventive visit'], ['inspection_visit', 'Инспекционный визит', 'Inspection visit']].map(([code, ru, en]) => ({ code, title: both(ru, en) })),
  rules: rules.map(({ id, title }) => ({ id, title })),
};

const share = () => {
  const draw = random();
  return draw < 0.002 ? 'extremely_high' : draw < 0.014 ? 'high' : draw < 0.09 ? 'medium' : draw < 0.26 ? 'moderate' : 'low';
};
export const objects = Array.from({ length: Number(process.env.MOCK_OBJECTS ?? 3000) }, (_, index) => {
  const territory = pick(territories);
  const [kind, , , control] = pick(KINDS);
  const category = share();
  const proposed = random() < 0.03 ? pick(CATEGORIES) : undefined;
  return {
    object_id: hex(32), object_key: kind === 'nto' ? `НТО-${10_000 + index}` : `77:0${1 + (index % 9)}:000${1000 + (index % 8999)}:${index + 1}`,
    object_title: `${pick(STREETS)}, д. ${1 + Math.floor(random() * 120)}${random() < 0.2 ? `, стр. ${1 + Math.floor(random() * 6)}` : ''}`,
    object_kind: kind, control_kind: control, territory: { code: territory.code, name: territory.name },
    category, category_decided: random() > 0.02, proposed_category: proposed && proposed !== category ? proposed : null,
    probability: Math.min(0.95, 0.03 + random() * 0.1 + CATEGORIES.indexOf(category) * 0.12), points: CATEGORIES.indexOf(category) * 7, score: random(),
    open_signs: random() < 0.06 ? 1 + Math.floor(random() * 2) : 0, last_event_on: random() < 0.3 ? `2025-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}` : null,
    location: { lat: territory.centre.lat + (random() - 0.5) * 0.027, lon: territory.centre.lon + (random() - 0.5) * 0.058 },
  };
});
objects.sort((a, b) => CATEGORIES.indexOf(b.category) - CATEGORIES.indexOf(a.category) || b.score - a.score);

export function square({ lat, lon }, metres, east = 0, north = 0) {
  const dLat = 1 / 111_320;
  const dLon = dLat / Math.cos((lat * Math.PI) / 180);
  const half = metres / 2;
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]];
  return { type: 'Polygon', coordinates: [corners.map(([x, y]) => [lon + (east + x * half) * dLon, lat + (north + y * half) * dLat])] };
}

export const legal = [
  { text: 'ст. 222 ГК РФ, ст. 51 ГрК РФ', mark: 'known', checked_by: '', checked_on: '' },
  { text: 'ч. 1.2 ст. 6.7 КоАП Москвы', mark: 'seen', checked_by: '', checked_on: '' },
];
export const facts = [
  ['footprint_growth_m2', 'Прирост пятна к прошлому облёту', 'Footprint growth since the last flight', both('м²', 'm²'), 'float', '84.35', both('Облёты', 'Flights'), '2026-09-14'],
  ['footprint_error_m2', 'Ошибка метода', 'Error of the method', both('м²', 'm²'), 'float', '9.2', both('Паспорт облёта', 'Flight passport'), '2026-09-14'],
  ['building_registered_area_m2', 'Площадь ОКС по ЕГРН', 'Registered building area', both('м²', 'm²'), 'float', '312', both('ЕГРН', 'Register'), '2019-04-02'],
  ['construction_permit_valid', 'Действует разрешение на строительство', 'A construction permit is valid', null, 'boolean', 'false', both('Мосгосстройнадзор', 'Permits'), '2026-11-01'],
  ['height_growth_m', 'Прирост высоты', 'Height growth', both('м', 'm'), 'float', null, null, null],
].map(([name, ru, en, unit, value_type, value, source, source_date]) => ({ name, title: both(ru, en), unit, value_type, value, source, source_date }));
export { both, hex, pick };
