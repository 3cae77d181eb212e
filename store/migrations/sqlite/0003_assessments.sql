-- How categories come about: methodologies, models, runs, assessments, assignments, decisions.
create table methodologies (
  hash text not null primary key,
  number integer not null,
  parent text,
  state text not null,
  engine text not null,
  author text not null,
  created_at integer not null,
  activated_at integer,
  files text not null,
  constraint methodologies_number unique (number),
  constraint methodologies_state check (state in ('draft', 'active', 'superseded'))
) strict, without rowid;
create unique index methodologies_one_active on methodologies (state) where state = 'active';

create table models (
  hash text not null primary key,
  role text not null,
  catalogue_hash text not null,
  methodology text not null,
  trained_at integer not null,
  as_of integer not null,
  up_to_seq integer not null,
  metrics text not null,
  constraint models_role check (role in ('champion', 'challenger', 'retired'))
) strict, without rowid;
create unique index models_one_champion on models (role) where role = 'champion';

create table runs (
  id blob not null primary key,
  methodology text not null,
  model text,
  engine text not null,
  as_of integer not null,
  up_to_seq integer not null,
  facts text not null,
  started_at integer not null,
  finished_at integer,
  assessments integer not null
) strict, without rowid;
create index runs_finished_at on runs (finished_at);

create table assessments (
  run blob not null,
  object blob not null,
  control_kind text not null,
  rule_category integer not null,
  category integer not null,
  highest_if_unknown integer not null,
  probability real,
  points real not null,
  score real not null,
  rules text not null,
  basis text not null,
  facts_hash blob not null,
  constraint assessments_key primary key (run, object, control_kind)
) strict, without rowid;
create index assessments_object on assessments (object);

create table assignments (
  id blob not null primary key,
  object blob not null,
  control_kind text not null,
  category integer not null,
  run blob not null,
  state text not null,
  score real not null,
  probability real,
  decided_by blob,
  superseded_by blob,
  constraint assignments_state check (state in ('proposed', 'active', 'superseded'))
) strict, without rowid;
create unique index assignments_one_active on assignments (object, control_kind) where state = 'active';
create index assignments_proposed on assignments (run, object, control_kind) where state = 'proposed';
create index assignments_object on assignments (object);

create table decisions (
  id blob not null primary key,
  run blob not null,
  order_number text not null,
  official text not null,
  decided_at integer not null,
  count integer not null,
  constraint decisions_order_number unique (order_number)
) strict, without rowid;
