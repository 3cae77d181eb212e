-- Who else makes a visit that two inspectors make; null where one is enough.
alter table orders add column partner text;
alter table tasks add column partner text;
create index tasks_partner on tasks (date, partner);
