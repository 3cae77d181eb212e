-- The life of each order after its number: who did which step when, with which papers. Rows are only ever added; the
-- state itself stands in `orders`.
create table order_steps (
  order_id bytea not null,
  position bigint not null,
  step text collate "C" not null,
  at bigint not null,
  constraint order_steps_place primary key (order_id, position)
);
