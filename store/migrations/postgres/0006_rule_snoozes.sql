-- Snoozed rules: not raised on one object until an instant, with a comment. Ended, never deleted.
create table rule_snoozes (
  id bytea not null primary key,
  object bytea not null,
  rule text collate "C" not null,
  comment text collate "C" not null,
  author text collate "C" not null,
  since bigint not null,
  until bigint not null,
  ended_at bigint
);
create index rule_snoozes_object on rule_snoozes (object);
