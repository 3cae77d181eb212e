-- The life of each order after its number: who did which step when, with which papers. Rows are only ever added; the
-- state itself stands in `orders`.
create table order_steps (
  order_id blob not null,
  position integer not null,
  step text not null,
  at integer not null,
  constraint order_steps_place primary key (order_id, position)
) strict, without rowid;
