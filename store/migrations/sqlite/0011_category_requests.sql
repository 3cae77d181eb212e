-- Requests to change the category of an object: filed, answered once. Who filed one stands in the authority's own
-- register of incoming papers under the reference.
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
  constraint category_requests_reference unique (reference)
) strict, without rowid;
create index category_requests_object on category_requests (object);
