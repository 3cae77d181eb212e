-- When somebody put a held package away: it is not taken and no longer waits.
alter table packages add column dismissed_at integer;
-- When its bytes, refused rows and personal data went, their time being over.
alter table packages add column dropped_at integer;
