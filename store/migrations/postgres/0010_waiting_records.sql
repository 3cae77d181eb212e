-- Records that found no object yet, with the key they name: a register that comes later may bring it.
create table waiting_records (
  record bytea not null primary key,
  source text collate "C" not null,
  match_key text collate "C"
);
create index waiting_records_source on waiting_records (source, record);

-- Commit order of a match made after the record's own commit: tables named before it do not see it.
alter table records add column matched_seq bigint;
-- The same of an end: tables named before it hold the record.
alter table records add column ended_seq bigint;
alter table objects add column ended_seq bigint;
-- Commit order of the record by which an ended object came back.
alter table objects add column back_seq bigint;
create index objects_ended on objects (ended_seq) where ended_seq is not null;
create index candidates_key on candidates (source, external_id);
-- Code of the fault that ended the last try to take a package.
alter table packages add column failed text;
-- The same of a doubt that arose later.
alter table match_options add column seq bigint;

-- What the field found of a sign; the table is made anew, as in the other dialect.
alter table signs rename to signs_before;
alter index signs_pkey rename to signs_before_pkey;
drop index signs_one_open;
drop index signs_queue;
drop index signs_object;
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
  constraint signs_state check (state in ('detected', 'desk', 'tasked', 'field', 'expired'))
);
insert into signs select * from signs_before;
drop table signs_before;
create unique index signs_one_open on signs (object, rule, control_kind) where is_open = 1;
create index signs_queue on signs (priority, id) where state = 'detected';
create index signs_object on signs (object);
