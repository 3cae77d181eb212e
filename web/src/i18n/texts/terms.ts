import { texts } from '../pair';

/** Words for codes that the program itself defines; words of the pack come from the server. */
export const terms = texts({
  category: ['Категория риска', 'Risk category'],
  rule_kind_sign: ['признак нарушения', 'violation sign'],
  rule_kind_criterion: ['критерий отнесения', 'criterion'],
  rule_kind_indicator: ['индикатор риска', 'risk indicator'],
  rule_kind_good_faith: ['добросовестность', 'good faith'],
  rule_kind_ordering: ['очерёдность, не категория', 'ordering, not category'],
  verdict_confirmed: ['Подтверждён', 'Confirmed'],
  verdict_refuted: ['Опровергнут', 'Refuted'],
  verdict_needs_data: ['Мало данных', 'Needs data'],
  verdict_referred: ['Передан по подведомственности', 'Referred'],
  sign_detected: ['ждёт камерального анализа', 'waits for desk review'],
  sign_desk: ['решён камерально', 'decided at the desk'],
  sign_tasked: ['в задаче', 'in a task'],
  sign_field_violation: ['выезд состоялся: нарушение найдено', 'visited: a violation was found'],
  sign_field_nothing: ['выезд состоялся: нарушений нет, баллы сняты', 'visited: nothing was found, its points are gone'],
  sign_expired: ['закрыт: правило больше не срабатывает', 'closed: the rule no longer fires'],
  role_rules_only: ['только правила', 'rules only'],
  role_scorecard_matrix: ['матрица с балльной картой', 'matrix with scorecard'],
  role_matrix: ['матрица с вероятностью модели', 'matrix with model probability'],
  role_rules_only_text: [
    'Категорию дают только правила. Модель упорядочивает работу внутри категории и категорию не меняет.',
    'Rules alone give the category. The model orders work inside a category and moves none.',
  ],
  role_scorecard_matrix_text: [
    'Группу вероятности дают правила; утверждённая балльная карта поднимает её не более чем на одну ступень.',
    'Rules give the probability group; the approved scorecard raises it by at most one.',
  ],
  role_matrix_text: [
    'Группу вероятности даёт откалиброванная вероятность модели.',
    'The calibrated probability of the model gives the probability group.',
  ],
  mode_walk: ['пешком', 'on foot'],
  mode_scooter: ['на самокате', 'by e-scooter'],
  mode_car: ['на машине', 'by car'],
  mode_transit: ['на транспорте', 'by transit'],
  mark_seen: ['прочитано в опубликованном тексте', 'read in a published text'],
  mark_known: ['известно, текст не перечитан', 'known, not re-read'],
  mark_to_fill: ['заполняет орган контроля', 'the authority fills this in'],
  mark_checked: ['сверено юристом: {{who}}, {{date}}', 'checked by a lawyer: {{who}}, {{date}}'],
  legal_unchecked: [
    'Основание не сверено юристом (демо)',
    'The legal basis has not been checked by a lawyer (demo)',
  ],
  ground_sign_confirmed: ['Признак подтверждён: {{rule}}', 'Confirmed sign: {{rule}}'],
  ground_sign_unsure: [
    'Признак требует данных с места: {{rule}}',
    'The sign needs data from the place: {{rule}}',
  ],
  ground_frequency: [
    'Подошёл срок: {{since}} с последнего мероприятия при норме {{every}}',
    'Due: {{since}} since the last event, the norm is {{every}}',
  ],
  ground_frequency_never: [
    'Подошёл срок: мероприятий ещё не было при норме {{every}}',
    'Due: no event yet, the norm is {{every}}',
  ],
  ground_second_visit: ['Повторный осмотр по жребию: ответьте, что видите сами', 'Chosen by lot to be visited again: say what you see yourself'],
  ground_drawn: ['Выбран жребием: выборочное обследование', 'Drawn by lot: a survey of the sample'],
  ground_mandatory_visit: [
    'Положен обязательный профилактический визит: {{days}} с прошлого, раз в {{every}}',
    'A mandatory preventive visit is due: {{days}} since the last one, once in {{every}}',
  ],
  ground_mandatory_visit_decision: [
    'Положен обязательный профилактический визит: {{days}} с решения о категории, раз в {{every}}',
    'A mandatory preventive visit is due: {{days}} since the decision on the category, once in {{every}}',
  ],
  ground_planned: [
    'Строка {{number}} согласованного плана: провести с {{from}} по {{to}}',
    'Line {{number}} of the agreed plan: to be held from {{from}} to {{to}}',
  ],
  ground_indicator: ['Сработал индикатор риска, согласия прокуратуры ещё нет: {{rule}}', 'A risk indicator fired, without the prosecutor’s consent yet: {{rule}}'],
  ground_indicator_consent: [
    'Сработал индикатор риска, согласие прокуратуры № {{consent}}: {{rule}}',
    'A risk indicator fired, the prosecutor’s consent is No. {{consent}}: {{rule}}',
  ],
  ground_prescription: ['Предписание просрочено: {{days}}', 'Prescription overdue: {{days}}'],
  state_fired: ['сработало', 'fired'],
  state_not_fired: ['не сработало', 'did not fire'],
  state_unknown: ['неизвестно', 'unknown'],
});
