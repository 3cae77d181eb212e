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
alter table packages add column failed text collate "C";
-- The same of a doubt that arose later.
alter table match_options add column seq bigint;

-- What the field found of a sign.
alter table signs drop constraint signs_state;
alter table signs add constraint signs_state check (state in ('detected', 'desk', 'tasked', 'field', 'expired'));
