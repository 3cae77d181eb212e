-- Since when a register no longer has an object.
alter table objects add column ended_at integer;
