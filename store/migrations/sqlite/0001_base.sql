-- What the database itself needs: names, counters, bytes, people, the audit log.
create table meta (
  key text not null primary key,
  value text not null
) strict, without rowid;

-- One row a counter; its lock makes numbers gap-free and orders commits.
create table counters (
  name text not null primary key,
  value integer not null
) strict, without rowid;
insert into counters (name, value) values ('seq', 0), ('generation', 0), ('audit', 0), ('upload', 0);

-- Orders' numbers start anew in each local year and never have gaps.
create table order_numbers (
  pack text not null,
  year integer not null,
  last integer not null,
  primary key (pack, year)
) strict, without rowid;

-- Bytes by their SHA-256, in pieces of at most 1 MiB.
create table blobs (
  sha256 blob not null primary key,
  size integer not null,
  chunks integer not null,
  upload integer not null,
  stored_at integer not null
) strict, without rowid;

create table blob_chunks (
  upload integer not null,
  number integer not null,
  bytes blob not null,
  constraint blob_chunks_key primary key (upload, number)
) strict;

create table leases (
  name text not null primary key,
  holder text not null,
  until integer not null
) strict, without rowid;

create table users (
  id blob not null primary key,
  login text not null,
  name text not null,
  role text not null,
  staff text,
  password_hash text not null,
  state text not null,
  created_at integer not null,
  changed_at integer not null,
  constraint users_login unique (login),
  constraint users_state check (state in ('active', 'blocked'))
) strict, without rowid;

create table sessions (
  id text not null primary key,
  data blob not null,
  expires_at integer not null
) strict, without rowid;
create index sessions_expires_at on sessions (expires_at);

create table audit_log (
  position integer not null primary key,
  at integer not null,
  actor text not null,
  use_case text not null,
  subject text not null,
  details text not null,
  leaf blob not null,
  chain blob not null
) strict;
