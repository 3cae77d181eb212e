-- How categories come about: methodologies, models, runs, assessments, assignments, decisions.
create table methodologies (
  hash text collate "C" not null primary key,
  number bigint not null,
  parent text collate "C",
  state text collate "C" not null,
  engine text collate "C" not null,
  author text collate "C" not null,
  created_at bigint not null,
  activated_at bigint,
  files text collate "C" not null,
  constraint methodologies_number unique (number),
  constraint methodologies_state check (state in ('draft', 'active', 'superseded'))
);
create unique index methodologies_one_active on methodologies (state) where state = 'active';

create table models (
  hash text collate "C" not null primary key,
  role text collate "C" not null,
  catalogue_hash text collate "C" not null,
  methodology text collate "C" not null,
  trained_at bigint not null,
  as_of bigint not null,
  up_to_seq bigint not null,
  metrics text collate "C" not null,
  constraint models_role check (role in ('champion', 'challenger', 'retired'))
);
create unique index models_one_champion on models (role) where role = 'champion';

create table runs (
  id bytea not null primary key,
  methodology text collate "C" not null,
  model text collate "C",
  engine text collate "C" not null,
  as_of bigint not null,
  up_to_seq bigint not null,
  facts text collate "C" not null,
  started_at bigint not null,
  finished_at bigint,
  assessments bigint not null
);
create index runs_finished_at on runs (finished_at);

create table assessments (
  run bytea not null,
  object bytea not null,
  control_kind text collate "C" not null,
  rule_category bigint not null,
  category bigint not null,
  highest_if_unknown bigint not null,
  probability double precision,
  points double precision not null,
  score double precision not null,
  rules text collate "C" not null,
  basis text collate "C" not null,
  facts_hash bytea not null,
  constraint assessments_key primary key (run, object, control_kind)
);
create index assessments_object on assessments (object);

create table assignments (
  id bytea not null primary key,
  object bytea not null,
  control_kind text collate "C" not null,
  category bigint not null,
  run bytea not null,
  state text collate "C" not null,
  score double precision not null,
  probability double precision,
  decided_by bytea,
  superseded_by bytea,
  constraint assignments_state check (state in ('proposed', 'active', 'superseded'))
);
create unique index assignments_one_active on assignments (object, control_kind) where state = 'active';
create index assignments_proposed on assignments (run, object, control_kind) where state = 'proposed';
create index assignments_object on assignments (object);

create table decisions (
  id bytea not null primary key,
  run bytea not null,
  order_number text collate "C" not null,
  official text collate "C" not null,
  decided_at bigint not null,
  count bigint not null,
  constraint decisions_order_number unique (order_number)
);
