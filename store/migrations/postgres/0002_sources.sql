-- What comes in: packages, rejects, records, personal data, objects, candidates.
create table sources (
  number bigint not null primary key,
  name text collate "C" not null,
  title_ru text collate "C" not null,
  title_en text collate "C" not null,
  subject text collate "C" not null,
  delivery text collate "C" not null,
  fields text collate "C" not null,
  spec_hash text collate "C" not null,
  constraint sources_name unique (name)
);

create table packages (
  id bytea not null primary key,
  source text collate "C" not null,
  sha256 bytea not null,
  size bigint not null,
  file_name text collate "C" not null,
  status text collate "C" not null,
  delivery_version bigint not null,
  received_at bigint not null,
  rows_done bigint not null,
  received bigint not null,
  accepted bigint not null,
  duplicates bigint not null,
  variants bigint not null,
  rejected bigint not null,
  held bigint not null,
  unmatched bigint not null,
  note text collate "C",
  constraint packages_source_bytes unique (source, sha256),
  constraint packages_status check (status in ('receiving', 'parsing', 'done', 'held'))
);
create index packages_received_at on packages (received_at);

create table rejects (
  package bytea not null,
  number bigint not null,
  code text collate "C" not null,
  line bigint not null,
  field text collate "C",
  seen text collate "C",
  cause text collate "C" not null,
  action text collate "C" not null,
  constraint rejects_key primary key (package, number),
  constraint rejects_package foreign key (package) references packages (id)
);

-- Every version of every record; `seq` is the order of commits.
create table records (
  seq bigint not null primary key,
  id bytea not null,
  source bigint not null,
  package bytea not null,
  external_id text collate "C" not null,
  version bigint not null,
  content_hash bytea not null,
  preference bigint not null,
  happened_at bigint,
  known_at bigint not null,
  ended_at bigint,
  object bytea,
  match_method text collate "C",
  match_confidence double precision,
  lat double precision,
  lon double precision,
  geometry bytea,
  content text collate "C" not null,
  constraint records_id unique (id)
);
create index records_source on records (source, seq);
create index records_object on records (object) where object is not null;

-- Personal data leaves the record on reading and lives here alone, so that it can be dropped alone.
create table personal_data (
  record bytea not null primary key,
  package bytea not null,
  content text collate "C" not null
);
create index personal_data_package on personal_data (package);

create table objects (
  id bytea not null primary key,
  key text collate "C" not null,
  source text collate "C" not null,
  kind text collate "C" not null,
  title text collate "C" not null,
  search text collate "C" not null,
  parent bytea,
  territory text collate "C",
  lat double precision,
  lon double precision,
  geometry bytea,
  known_at bigint not null,
  seq bigint not null,
  constraint objects_source_key unique (source, key)
);
create index objects_key on objects (key);
create index objects_parent on objects (parent) where parent is not null;

create table object_lineage (
  predecessor bytea not null,
  successor bytea not null,
  kind text collate "C" not null,
  since bigint not null,
  constraint object_lineage_key primary key (predecessor, successor)
);
create index object_lineage_successor on object_lineage (successor);

create table object_links (
  object bytea not null,
  other bytea not null,
  kind text collate "C" not null,
  since bigint not null,
  constraint object_links_key primary key (object, other, kind)
);
create index object_links_other on object_links (other);

-- Records that must have an object and found none: never dropped, never silently attached.
create table candidates (
  record bytea not null primary key,
  source text collate "C" not null,
  external_id text collate "C" not null,
  lat double precision,
  lon double precision,
  known_at bigint not null,
  state text collate "C" not null,
  object bytea,
  constraint candidates_state check (state in ('open', 'promoted', 'dismissed'))
);
create index candidates_open on candidates (known_at, record) where state = 'open';
