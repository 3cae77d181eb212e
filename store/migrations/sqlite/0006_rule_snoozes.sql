-- Snoozed rules: not raised on one object until an instant, with a comment. Ended, never deleted.
create table rule_snoozes (
  id blob not null primary key,
  object blob not null,
  rule text not null,
  comment text not null,
  author text not null,
  since integer not null,
  until integer not null,
  ended_at integer
) strict, without rowid;
create index rule_snoozes_object on rule_snoozes (object);
