-- Records that found no object yet, with the key they name: a register that comes later may bring it.
create table waiting_records (
  record blob not null primary key,
  source text not null,
  match_key text
) strict, without rowid;
create index waiting_records_source on waiting_records (source, record);

-- Commit order of a match made after the record's own commit: tables named before it do not see it.
alter table records add column matched_seq integer;
-- The same of an end: tables named before it hold the record.
alter table records add column ended_seq integer;
alter table objects add column ended_seq integer;
-- Commit order of the record by which an ended object came back.
alter table objects add column back_seq integer;
create index objects_ended on objects (ended_seq) where ended_seq is not null;
create index candidates_key on candidates (source, external_id);
-- Code of the fault that ended the last try to take a package.
alter table packages add column failed text;
-- The same of a doubt that arose later.
alter table match_options add column seq integer;

-- What the field found of a sign; a check cannot be altered in place, so the table is made anew.
alter table signs rename to signs_before;
drop index signs_one_open;
drop index signs_queue;
drop index signs_object;
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
  constraint signs_state check (state in ('detected', 'desk', 'tasked', 'field', 'expired'))
) strict, without rowid;
insert into signs select * from signs_before;
drop table signs_before;
create unique index signs_one_open on signs (object, rule, control_kind) where is_open = 1;
create index signs_queue on signs (priority, id) where state = 'detected';
create index signs_object on signs (object);
