-- Desk decisions that the lot chose for a second, blind reading; `author` and its neighbours are empty until it is given.
create table second_readings (
  review bytea not null primary key,
  sign bytea not null,
  object bytea not null,
  first_author bytea not null,
  inclusion bigint not null,
  drawn_at bigint not null,
  id bytea,
  verdict text collate "C",
  comment text collate "C",
  author bytea,
  read_at bigint,
  constraint second_readings_id unique (id),
  constraint second_readings_verdict check (verdict in ('confirmed', 'refuted', 'needs_data', 'referred')),
  constraint second_readings_other_reader check (author <> first_author)
);
create index second_readings_sign on second_readings (sign);
create index second_readings_author on second_readings (author);

-- How a disagreement of a second look with the first was settled, by the record of the second look.
create table look_settlements (
  look bytea not null primary key,
  settled text collate "C" not null,
  comment text collate "C" not null,
  author text collate "C" not null,
  at bigint not null
);
