-- What comes in: packages, rejects, records, personal data, objects, candidates.
create table sources (
  number integer not null primary key,
  name text not null,
  title_ru text not null,
  title_en text not null,
  subject text not null,
  delivery text not null,
  fields text not null,
  spec_hash text not null,
  constraint sources_name unique (name)
) strict;

create table packages (
  id blob not null primary key,
  source text not null,
  sha256 blob not null,
  size integer not null,
  file_name text not null,
  status text not null,
  delivery_version integer not null,
  received_at integer not null,
  rows_done integer not null,
  received integer not null,
  accepted integer not null,
  duplicates integer not null,
  variants integer not null,
  rejected integer not null,
  held integer not null,
  unmatched integer not null,
  note text,
  constraint packages_source_bytes unique (source, sha256),
  constraint packages_status check (status in ('receiving', 'parsing', 'done', 'held'))
) strict, without rowid;
create index packages_received_at on packages (received_at);

create table rejects (
  package blob not null,
  number integer not null,
  code text not null,
  line integer not null,
  field text,
  seen text,
  cause text not null,
  action text not null,
  constraint rejects_key primary key (package, number),
  constraint rejects_package foreign key (package) references packages (id)
) strict, without rowid;

-- Every version of every record; `seq` is the order of commits.
create table records (
  seq integer not null primary key,
  id blob not null,
  source integer not null,
  package blob not null,
  external_id text not null,
  version integer not null,
  content_hash blob not null,
  preference integer not null,
  happened_at integer,
  known_at integer not null,
  ended_at integer,
  object blob,
  match_method text,
  match_confidence real,
  lat real,
  lon real,
  geometry blob,
  content text not null,
  constraint records_id unique (id)
) strict;
create index records_source on records (source, seq);
create index records_object on records (object) where object is not null;

-- Personal data leaves the record on reading and lives here alone, so that it can be dropped alone.
create table personal_data (
  record blob not null primary key,
  package blob not null,
  content text not null
) strict, without rowid;
create index personal_data_package on personal_data (package);

create table objects (
  id blob not null primary key,
  key text not null,
  source text not null,
  kind text not null,
  title text not null,
  search text not null,
  parent blob,
  territory text,
  lat real,
  lon real,
  geometry blob,
  known_at integer not null,
  seq integer not null,
  constraint objects_source_key unique (source, key)
) strict, without rowid;
create index objects_key on objects (key);
create index objects_parent on objects (parent) where parent is not null;

create table object_lineage (
  predecessor blob not null,
  successor blob not null,
  kind text not null,
  since integer not null,
  constraint object_lineage_key primary key (predecessor, successor)
) strict, without rowid;
create index object_lineage_successor on object_lineage (successor);

create table object_links (
  object blob not null,
  other blob not null,
  kind text not null,
  since integer not null,
  constraint object_links_key primary key (object, other, kind)
) strict, without rowid;
create index object_links_other on object_links (other);

-- Records that must have an object and found none: never dropped, never silently attached.
create table candidates (
  record blob not null primary key,
  source text not null,
  external_id text not null,
  lat real,
  lon real,
  known_at integer not null,
  state text not null,
  object blob,
  constraint candidates_state check (state in ('open', 'promoted', 'dismissed'))
) strict, without rowid;
create index candidates_open on candidates (known_at, record) where state = 'open';
