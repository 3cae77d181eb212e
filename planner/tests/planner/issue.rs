//! Orders and tasks of a plan.

use std::collections::BTreeSet;

use dozor_domain::{Coded, DeskVerdict, Order, OrderState, RiskCategory, TaskState, Timestamp};
use dozor_planner::{CHECKS, ObjectState, orders_and_tasks};

use super::plan::run;
use super::support::{inspector, moscow, parcel, request, selected, sign};

const AT: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

fn objects() -> Vec<ObjectState> {
    (0..12_u32)
        .map(|number| {
            let object = ObjectState { category: RiskCategory::High, ..parcel(number) };
            let control_kind = if number % 2 == 0 { "municipal_land" } else { "regional_nonresidential" };
            let verdict = if number < 2 { Some(DeskVerdict::Confirmed) } else { Some(DeskVerdict::Refuted) };
            let signs = vec![sign(&object, "rule", verdict)];
            ObjectState { control_kind: control_kind.to_owned(), signs, ..object }
        })
        .collect()
}

#[test]
fn one_order_a_day_for_inspector_control_kind_and_kind_of_event() {
    let pack = moscow();
    let plan = run(&request(selected(&objects(), &pack), vec![inspector(1), inspector(2)], 200), &pack);
    let (orders, tasks) = orders_and_tasks(&plan, &pack, AT).unwrap();
    let visits: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
    assert_eq!((tasks.len(), visits), (12, 12));
    let kinds: BTreeSet<_> = orders.iter().map(|o| (&o.inspector, &o.control_kind, &o.event_kind)).collect();
    assert_eq!(kinds.len(), orders.len());
    assert_eq!(tasks.iter().map(|task| task.id).collect::<BTreeSet<_>>().len(), 12);
    for task in &tasks {
        assert_eq!(task.state, TaskState::Assigned);
        let order = orders.iter().find(|order| order.id == task.order).unwrap();
        assert_eq!((&order.inspector, &order.control_kind), (&task.inspector, &task.control_kind));
    }
    let with_sign = orders.iter().filter(|order| order.checks.len() == CHECKS.len()).count();
    assert!(with_sign >= 1 && orders.iter().all(|order| order.checks.contains(&"lightest_kind".to_owned())));
    assert_eq!(orders_and_tasks(&plan, &pack, AT).unwrap(), (orders.clone(), tasks), "ids are derived");
    let order: Order = orders[0].clone().numbered(17, AT).unwrap();
    assert_eq!(order.number_text(), "2026/000017");
    assert!(matches!(order.state, OrderState::Checked { checks } if checks == orders[0].checks));
}

#[test]
fn a_plan_that_the_checker_refuses_gives_no_order() {
    let pack = moscow();
    let mut plan = run(&request(selected(&objects(), &pack), vec![inspector(1)], 10), &pack);
    let mut unlawful = plan.clone();
    unlawful.routes[0].visits[0].candidate.category_decided = false;
    let error = orders_and_tasks(&unlawful, &pack, AT).unwrap_err();
    assert_eq!(error.info().code, "PLANNER_GATE_REFUSED", "the law speaks first, with its articles");
    assert!(error.to_string().contains("77:01:0001001:"), "{error}");
    plan.routes[0].visits[0].end.0 += 1;
    let error = orders_and_tasks(&plan, &pack, AT).unwrap_err();
    assert_eq!(error.info().code, "PLANNER_PLAN_UNSOUND");
    assert!(error.to_string().contains("77:01:0001001:"), "{error}");
}
