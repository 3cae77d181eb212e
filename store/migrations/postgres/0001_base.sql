-- What the database itself needs: names, counters, bytes, people, the audit log.
create table meta (
  key text collate "C" not null primary key,
  value text collate "C" not null
);

-- One row a counter; its lock makes numbers gap-free and orders commits.
create table counters (
  name text collate "C" not null primary key,
  value bigint not null
);
insert into counters (name, value) values ('seq', 0), ('generation', 0), ('audit', 0), ('upload', 0);

-- Orders' numbers start anew in each local year and never have gaps.
create table order_numbers (
  pack text collate "C" not null,
  year bigint not null,
  last bigint not null,
  primary key (pack, year)
);

-- Bytes by their SHA-256, in pieces of at most 1 MiB.
create table blobs (
  sha256 bytea not null primary key,
  size bigint not null,
  chunks bigint not null,
  upload bigint not null,
  stored_at bigint not null
);

create table blob_chunks (
  upload bigint not null,
  number bigint not null,
  bytes bytea not null,
  constraint blob_chunks_key primary key (upload, number)
);

create table leases (
  name text collate "C" not null primary key,
  holder text collate "C" not null,
  until bigint not null
);

create table users (
  id bytea not null primary key,
  login text collate "C" not null,
  name text collate "C" not null,
  role text collate "C" not null,
  staff text collate "C",
  password_hash text collate "C" not null,
  state text collate "C" not null,
  created_at bigint not null,
  changed_at bigint not null,
  constraint users_login unique (login),
  constraint users_state check (state in ('active', 'blocked'))
);

create table sessions (
  id text collate "C" not null primary key,
  data bytea not null,
  expires_at bigint not null
);
create index sessions_expires_at on sessions (expires_at);

create table audit_log (
  position bigint not null primary key,
  at bigint not null,
  actor text collate "C" not null,
  use_case text collate "C" not null,
  subject text collate "C" not null,
  details text collate "C" not null,
  leaf bytea not null,
  chain bytea not null
);
