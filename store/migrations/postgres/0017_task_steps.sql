-- What people said of tasks, each once, whatever came of it: also what came for a task that had ended or been taken away
-- meanwhile. Rows are only ever added; the state itself stands in `tasks`.
create table task_steps (
  id bytea not null primary key,
  task bytea not null,
  date text collate "C" not null,
  person text collate "C" not null,
  event text collate "C" not null,
  captured_at bigint not null,
  received_at bigint not null,
  outcome text collate "C" not null,
  constraint task_steps_outcome check (outcome in ('done', 'not_allowed', 'not_open'))
);
create index task_steps_task on task_steps (task);
create index task_steps_date on task_steps (date);
