-- Requests to change the category of an object: filed, answered once. Who filed one stands in the authority's own
-- register of incoming papers under the reference.
create table category_requests (
  id bytea not null primary key,
  object bytea not null,
  control_kind text collate "C" not null,
  reference text collate "C" not null,
  category bigint not null,
  filed_on text collate "C" not null,
  due_on text collate "C" not null,
  entered_at bigint not null,
  verdict text collate "C",
  reply text collate "C",
  official text collate "C",
  answered_at bigint,
  constraint category_requests_reference unique (reference)
);
create index category_requests_object on category_requests (object);
