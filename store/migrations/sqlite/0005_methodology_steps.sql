-- The life of each methodology version: who did which step when. A version's state is a fold over its steps; rows
-- are only ever added.
create table methodology_steps (
  number integer not null,
  position integer not null,
  step text not null,
  at integer not null,
  constraint methodology_steps_place primary key (number, position)
) strict, without rowid;
