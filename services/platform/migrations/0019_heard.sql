-- Whom a quarantined message names, so that their records say that it waits: NHS numbers, or 'source-record:' and an id in
-- hex. Of what was quarantined before, only what holds a record does so.
create table intake.named (
    message_key bytea not null references intake.quarantine,
    token       text not null,
    primary key (token, message_key)
);
create index on intake.named (message_key);
insert into intake.named (message_key, token) select distinct message_key, token from intake.hold where token <> '';

-- When each system was last heard of somebody.
create index on intake.message (source_record, received_at);
