-- What is done about it: signs and the desk, plans, tasks, orders.
create table signs (
  id blob not null primary key,
  object blob not null,
  control_kind text not null,
  rule text not null,
  points real not null,
  priority real not null,
  opened_at integer not null,
  evidence text not null,
  state text not null,
  verdict text,
  review blob,
  is_open integer not null,
  constraint signs_state check (state in ('detected', 'desk', 'tasked', 'expired'))
) strict, without rowid;
create unique index signs_one_open on signs (object, rule) where is_open = 1;
create index signs_queue on signs (priority, id) where state = 'detected';
create index signs_object on signs (object);

create table desk_reviews (
  id blob not null primary key,
  sign blob not null,
  object blob not null,
  rule text not null,
  points real not null,
  verdict text not null,
  comment text not null,
  author blob not null,
  decided_at integer not null,
  constraint desk_reviews_verdict check (verdict in ('confirmed', 'refuted', 'needs_data', 'referred'))
) strict, without rowid;
create index desk_reviews_object on desk_reviews (object);
create index desk_reviews_decided_at on desk_reviews (decided_at);

-- The body of a plan is a blob, named by its hash: a plan never changes.
create table plans (
  id blob not null primary key,
  parent blob,
  date text not null,
  seed integer not null,
  iterations integer not null,
  value real not null,
  visits integer not null,
  left_out integer not null,
  body blob not null,
  created_at integer not null,
  state text not null,
  approved_by text,
  approved_at integer,
  constraint plans_state check (state in ('proposed', 'approved'))
) strict, without rowid;
create index plans_date on plans (date, created_at);

-- The approved plan of each day: the row on which approvals compare and set.
create table plan_heads (
  date text not null primary key,
  plan blob not null
) strict, without rowid;

create table orders (
  id blob not null primary key,
  plan blob not null,
  year integer not null,
  number integer not null,
  control_kind text not null,
  event_kind text not null,
  inspector text not null,
  unit text not null,
  date text not null,
  state text not null,
  state_code text not null,
  changed_at integer not null,
  constraint orders_year_number unique (year, number)
) strict, without rowid;
create index orders_date on orders (date, inspector);
create index orders_plan on orders (plan);

create table tasks (
  id blob not null primary key,
  plan blob not null,
  order_id blob not null,
  object blob not null,
  object_key text not null,
  control_kind text not null,
  event_kind text not null,
  ground text not null,
  ground_key text not null,
  unit text not null,
  inspector text not null,
  date text not null,
  position integer not null,
  start_minute integer not null,
  end_minute integer not null,
  state text not null,
  state_code text not null,
  is_open integer not null,
  changed_at integer not null
) strict, without rowid;
create unique index tasks_one_open on tasks (object, ground_key) where is_open = 1;
create index tasks_date on tasks (date, inspector, position);
create index tasks_plan on tasks (plan);
