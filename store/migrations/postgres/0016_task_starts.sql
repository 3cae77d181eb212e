-- What inspectors said of beginning a visit, each once, whatever came of it: also what the gate did not let begin, and what
-- came for a task that was taken away meanwhile.
create table task_starts (
  id bytea not null primary key,
  task bytea not null,
  inspector text collate "C" not null,
  date text collate "C" not null,
  started_at bigint not null,
  received_at bigint not null,
  outcome text collate "C" not null,
  refusals text collate "C" not null,
  constraint task_starts_outcome check (outcome in ('begun', 'refused', 'not_open', 'already_begun'))
);
create index task_starts_date on task_starts (date);
