-- The life of each methodology version: who did which step when. A version's state is a fold over its steps; rows
-- are only ever added.
create table methodology_steps (
  number bigint not null,
  position bigint not null,
  step text collate "C" not null,
  at bigint not null,
  constraint methodology_steps_place primary key (number, position)
);
