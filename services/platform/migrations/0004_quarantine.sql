-- A message may be held for several reasons at once. The token is empty where it names nobody who can be found.
alter table intake.hold
    drop constraint hold_pkey,
    add primary key (message_key, token, reason);

-- What waits for a steward, the oldest first.
create index on intake.quarantine (received_at) where resolution is null;
