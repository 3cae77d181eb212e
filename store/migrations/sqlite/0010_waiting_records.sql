-- Records that found no object yet, with the key they name: a register that comes later may bring it.
create table waiting_records (
  record blob not null primary key,
  source text not null,
  match_key text
) strict, without rowid;
create index waiting_records_source on waiting_records (source, record);

-- Commit order of a match made after the record's own commit: tables named before it do not see it.
alter table records add column matched_seq integer;
-- The same of a doubt that arose later.
alter table match_options add column seq integer;
