-- Desk decisions that the lot chose for a second, blind reading; `author` and its neighbours are empty until it is given.
create table second_readings (
  review blob not null primary key,
  sign blob not null,
  object blob not null,
  first_author blob not null,
  inclusion integer not null,
  drawn_at integer not null,
  id blob,
  verdict text,
  comment text,
  author blob,
  read_at integer,
  constraint second_readings_id unique (id),
  constraint second_readings_verdict check (verdict in ('confirmed', 'refuted', 'needs_data', 'referred')),
  constraint second_readings_other_reader check (author <> first_author)
) strict, without rowid;
create index second_readings_sign on second_readings (sign);
create index second_readings_author on second_readings (author);

-- How a disagreement of a second look with the first was settled, by the record of the second look.
create table look_settlements (
  look blob not null primary key,
  settled text not null,
  comment text not null,
  author text not null,
  at integer not null
) strict, without rowid;
