-- One paper may be about several objects or kinds of control, and the numbers of incoming papers begin anew each year. A
-- constraint cannot be altered in place in one of the dialects, so the table is made anew.
alter table category_requests rename to category_requests_before;
drop index category_requests_object;
create table category_requests (
  id blob not null primary key,
  object blob not null,
  control_kind text not null,
  reference text not null,
  category integer not null,
  filed_on text not null,
  due_on text not null,
  entered_at integer not null,
  verdict text,
  reply text,
  official text,
  answered_at integer,
  constraint category_requests_paper unique (reference, filed_on, object, control_kind)
) strict, without rowid;
insert into category_requests select * from category_requests_before;
drop table category_requests_before;
create index category_requests_object on category_requests (object);

-- Records that found no object before those that wait were kept (step 10): what lies somewhere waits from now on. Which key
-- a record named was not kept, so what was matched by a key alone stays as it is.
insert into waiting_records (record, source, match_key)
  select r.id, s.name, null from records r join sources s on s.number = r.source
  where r.object is null and s.subject in ('object', 'outcome') and (r.lat is not null or r.geometry is not null)
    and not exists (select 1 from waiting_records w where w.record = r.id)
    and not exists (select 1 from match_options o where o.record = r.id);
