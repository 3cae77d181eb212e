-- Confirmed deliveries; records that fit several objects; one open sign for each kind of control.
alter table packages add column confirmed_at integer;

-- Objects that fit a record equally well: it is attached to none until somebody chooses.
create table match_options (
  record blob not null,
  object blob not null,
  package blob not null,
  constraint match_options_key primary key (record, object)
) strict, without rowid;
create index match_options_package on match_options (package);
create index match_options_object on match_options (object);

drop index signs_one_open;
create unique index signs_one_open on signs (object, rule, control_kind) where is_open = 1;
