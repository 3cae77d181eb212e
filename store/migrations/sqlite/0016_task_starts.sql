-- What inspectors said of beginning a visit, each once, whatever came of it: also what the gate did not let begin, and what
-- came for a task that was taken away meanwhile.
create table task_starts (
  id blob not null primary key,
  task blob not null,
  inspector text not null,
  date text not null,
  started_at integer not null,
  received_at integer not null,
  outcome text not null,
  refusals text not null,
  constraint task_starts_outcome check (outcome in ('begun', 'refused', 'not_open', 'already_begun'))
) strict, without rowid;
create index task_starts_date on task_starts (date);
