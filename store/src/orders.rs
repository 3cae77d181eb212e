//! Orders and their numbers: taken from a counter row in the transaction of the order, so that a number that
//! exists keeps its row for ever and none is ever skipped.

use dozor_domain::{Order, OrderId, OrderState, OrderStep, PlanId};

use crate::sql::{Bulk, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Chooses orders.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Only of this day.
    pub date: Option<String>,
    /// Only to this inspector, alone or with another.
    pub inspector: Option<String>,
    /// Only of this plan.
    pub plan: Option<PlanId>,
    /// Only in the state of this code.
    pub state: Option<&'static str>,
}

const ORDERS: Bulk = Bulk {
    table: "orders",
    columns: &[
        "id",
        "plan",
        "year",
        "number",
        "control_kind",
        "event_kind",
        "inspector",
        "partner",
        "unit",
        "date",
        "state",
        "state_code",
        "changed_at",
    ],
    tail: "",
};

macro_rules! select_orders {
    ($tail:literal) => {
        concat!(
            "select id, plan, year, number, control_kind, event_kind, inspector, partner, unit, date, state,
               changed_at
             from orders ",
            $tail
        )
    };
}

fn json(state: &OrderState) -> Result<String, StoreError> {
    serde_json::to_string(state).map_err(|source| StoreError::Json { what: "state of an order", source })
}

fn order(row: &Row) -> Result<Order, StoreError> {
    let mut cells = row.cells();
    Ok(Order {
        id: cells.take()?,
        plan: cells.take()?,
        year: i16::try_from(cells.take::<i64>()?)
            .map_err(|fault| StoreError::Corrupt { what: "order", detail: fault.to_string() })?,
        number: cells.take()?,
        control_kind: cells.take()?,
        event_kind: cells.take()?,
        inspector: cells.take()?,
        partner: cells.take()?,
        unit: cells.take()?,
        date: cells.take()?,
        state: cells.json("order")?,
        changed_at: cells.take()?,
    })
}

impl WriteTx {
    /// Takes the next number of a local year. It is used up only if this transaction commits; other writers
    /// wait for it.
    ///
    /// # Errors
    /// As every write.
    pub async fn next_order_number(&mut self, pack: &str, year: i16) -> Result<i64, StoreError> {
        let row = self
            .optional(
                "insert into order_numbers (pack, year, last) values ($1, $2, 1)
                 on conflict (pack, year) do update set last = order_numbers.last + 1 returning last",
                binds![pack, i64::from(year)],
            )
            .await?;
        match row {
            Some(row) => row.cells().take(),
            None => {
                Err(StoreError::NotFound { what: "counter of order numbers", id: format!("{pack}/{year}") })
            }
        }
    }

    /// Adds orders.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`orders_year_number`) when a number is taken.
    pub async fn insert_orders(&mut self, orders: &[Order]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(orders.len() * ORDERS.columns.len());
        for order in orders {
            values.extend(binds![
                order.id,
                order.plan,
                i64::from(order.year),
                order.number,
                &order.control_kind,
                &order.event_kind,
                &order.inspector,
                &order.partner,
                &order.unit,
                &order.date,
                json(&order.state)?,
                order.state.code(),
                order.changed_at,
            ]);
        }
        self.insert_many(&ORDERS, values).await?;
        Ok(())
    }

    /// Moves an order from the state that was read to that of `order`.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is in another state by now.
    pub async fn change_order(&mut self, from: &OrderState, order: &Order) -> Result<(), StoreError> {
        self.execute_one(
            "update orders set state = $3, state_code = $4, changed_at = $5 where id = $1 and state = $2",
            binds![order.id, json(from)?, json(&order.state)?, order.state.code(), order.changed_at],
            "order",
            &order.id,
        )
        .await
    }
}

impl WriteTx {
    /// Adds the next step of an order's life. The order itself is compared and set by [`WriteTx::change_order`].
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_order_step(&mut self, order: OrderId, step: &OrderStep) -> Result<(), StoreError> {
        let text = serde_json::to_string(step)
            .map_err(|source| StoreError::Json { what: "step of an order", source })?;
        self.execute_one(
            "insert into order_steps (order_id, position, step, at)
             select $1, count(*), $2, $3 from order_steps where order_id = $1",
            binds![order, text, step.at],
            "order",
            &order,
        )
        .await
    }
}

impl Store {
    /// Returns the steps of an order's life that were recorded, in order.
    ///
    /// # Errors
    /// As every read.
    pub async fn order_steps(&self, order: OrderId) -> Result<Vec<OrderStep>, StoreError> {
        self.list(
            "select step from order_steps where order_id = $1 order by position",
            binds![order],
            |row| row.cells().json("step of an order"),
        )
        .await
    }

    /// Returns the steps of all orders of a day and later, by order, each one's in order.
    ///
    /// # Errors
    /// As every read.
    pub async fn order_steps_from(&self, date: &str) -> Result<Vec<(OrderId, OrderStep)>, StoreError> {
        self.list(
            "select s.order_id, s.step from order_steps s join orders o on o.id = s.order_id
             where o.date >= $1 order by s.order_id, s.position",
            binds![date],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.json("step of an order")?))
            },
        )
        .await
    }

    /// Returns the order of a number.
    ///
    /// # Errors
    /// As every read.
    pub async fn order_of_number(&self, year: i16, number: i64) -> Result<Option<Order>, StoreError> {
        self.find(select_orders!("where year = $1 and number = $2"), binds![i64::from(year), number], order)
            .await
    }

    /// Returns orders by day, year and number.
    ///
    /// # Errors
    /// As every read.
    pub async fn orders(&self, filter: &OrderFilter) -> Result<Vec<Order>, StoreError> {
        self.list(
            select_orders!(
                "where ($1 is null or date = $1) and ($2 is null or inspector = $2 or partner = $2)
                   and ($3 is null or plan = $3) and ($4 is null or state_code = $4)
                 order by date, year, number"
            ),
            binds![&filter.date, &filter.inspector, filter.plan, filter.state],
            order,
        )
        .await
    }

    /// Returns an order.
    ///
    /// # Errors
    /// As every read.
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.find(select_orders!("where id = $1"), binds![id], order).await
    }
}
