-- What people said of tasks, each once, whatever came of it: also what came for a task that had ended or been taken away
-- meanwhile. Rows are only ever added; the state itself stands in `tasks`.
create table task_steps (
  id blob not null primary key,
  task blob not null,
  date text not null,
  person text not null,
  event text not null,
  captured_at integer not null,
  received_at integer not null,
  outcome text not null,
  constraint task_steps_outcome check (outcome in ('done', 'not_allowed', 'not_open'))
) strict, without rowid;
create index task_steps_task on task_steps (task);
create index task_steps_date on task_steps (date);
