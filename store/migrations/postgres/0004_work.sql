-- What is done about it: signs and the desk, plans, tasks, orders.
create table signs (
  id bytea not null primary key,
  object bytea not null,
  control_kind text collate "C" not null,
  rule text collate "C" not null,
  points double precision not null,
  priority double precision not null,
  opened_at bigint not null,
  evidence text collate "C" not null,
  state text collate "C" not null,
  verdict text collate "C",
  review bytea,
  is_open bigint not null,
  constraint signs_state check (state in ('detected', 'desk', 'tasked', 'expired'))
);
create unique index signs_one_open on signs (object, rule) where is_open = 1;
create index signs_queue on signs (priority, id) where state = 'detected';
create index signs_object on signs (object);

create table desk_reviews (
  id bytea not null primary key,
  sign bytea not null,
  object bytea not null,
  rule text collate "C" not null,
  points double precision not null,
  verdict text collate "C" not null,
  comment text collate "C" not null,
  author bytea not null,
  decided_at bigint not null,
  constraint desk_reviews_verdict check (verdict in ('confirmed', 'refuted', 'needs_data', 'referred'))
);
create index desk_reviews_object on desk_reviews (object);
create index desk_reviews_decided_at on desk_reviews (decided_at);

-- The body of a plan is a blob, named by its hash: a plan never changes.
create table plans (
  id bytea not null primary key,
  parent bytea,
  date text collate "C" not null,
  seed bigint not null,
  iterations bigint not null,
  value double precision not null,
  visits bigint not null,
  left_out bigint not null,
  body bytea not null,
  created_at bigint not null,
  state text collate "C" not null,
  approved_by text collate "C",
  approved_at bigint,
  constraint plans_state check (state in ('proposed', 'approved'))
);
create index plans_date on plans (date, created_at);

-- The approved plan of each day: the row on which approvals compare and set.
create table plan_heads (
  date text collate "C" not null primary key,
  plan bytea not null
);

create table orders (
  id bytea not null primary key,
  plan bytea not null,
  year bigint not null,
  number bigint not null,
  control_kind text collate "C" not null,
  event_kind text collate "C" not null,
  inspector text collate "C" not null,
  unit text collate "C" not null,
  date text collate "C" not null,
  state text collate "C" not null,
  state_code text collate "C" not null,
  changed_at bigint not null,
  constraint orders_year_number unique (year, number)
);
create index orders_date on orders (date, inspector);
create index orders_plan on orders (plan);

create table tasks (
  id bytea not null primary key,
  plan bytea not null,
  order_id bytea not null,
  object bytea not null,
  object_key text collate "C" not null,
  control_kind text collate "C" not null,
  event_kind text collate "C" not null,
  ground text collate "C" not null,
  ground_key text collate "C" not null,
  unit text collate "C" not null,
  inspector text collate "C" not null,
  date text collate "C" not null,
  position bigint not null,
  start_minute bigint not null,
  end_minute bigint not null,
  state text collate "C" not null,
  state_code text collate "C" not null,
  is_open bigint not null,
  changed_at bigint not null
);
create unique index tasks_one_open on tasks (object, ground_key) where is_open = 1;
create index tasks_date on tasks (date, inspector, position);
create index tasks_plan on tasks (plan);
