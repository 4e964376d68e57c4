-- What a message's sender and a scorecard are told of it.
alter table intake.message
    add column notes      jsonb not null default '[]', -- repairs made and deviations taken
    add column sender_id  text,     -- what its sender calls it: Bundle.id, or the id of a CloudEvent
    add column told_at    bigint,   -- ticks at which it says it was told; null where it does not say
    add column nhs_number text not null default 'missing'
        check (nhs_number in ('verified', 'unverified', 'invalid', 'missing')),
    add column corrects   bytea;    -- the quarantined message that this is a correction of
create index on intake.message (sender, sender_id);
create index on intake.message (corrects) where corrects is not null;

-- A quarantined message stays, with what became of it.
alter table intake.quarantine
    add column sent        bigint not null default 0,  -- as of a message
    add column sender_id   text,
    add column cause       text not null default '',   -- rule and place, the same for the same fault
    add column resolution  text check (resolution in ('corrected', 'accepted', 'dismissed')),
    add column resolved_at timestamptz,
    add column resolved_by text,
    add column reason      text,
    add constraint resolved_whole check ((resolution is null) = (resolved_at is null));
create index on intake.quarantine (cause, sender) where resolution is null;

-- Whose record is not shown while a consent, a restriction or a safeguarding flag about them waits in quarantine.
create table intake.hold (
    message_key bytea not null references intake.quarantine,
    token       text not null,      -- a blocking token (an NHS number), or 'source-record:' and its id in hex
    reason      text not null check (reason in ('consent', 'restriction', 'safeguarding')),
    primary key (message_key, token)
);
create index on intake.hold (token);

-- What became of each delivery, in the order of (txid, seq): a reader below every open transaction misses none.
create table intake.outcome (
    txid         xid8 not null default pg_current_xact_id(),
    seq          bigint generated always as identity,
    sender       text not null,
    message_key  bytea not null,
    outcome      text not null
        check (outcome in ('accepted', 'duplicate', 'quarantined', 'applied', 'corrected', 'dismissed')),
    at           timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    primary key (txid, seq)
);
create index on intake.outcome (sender, txid, seq);
create index on intake.outcome (message_key);
create index on intake.outcome (txid, seq) where published_at is null;

-- Applied again because its `sent` was lowered: its sender was told already.
alter table intake.outbox add column again boolean not null default false;

-- Refused over HTTP and so not kept: counted alone.
create table intake.refusal (
    sender text not null,
    day    date not null,
    rule   text not null,
    count  bigint not null,
    primary key (sender, day, rule)
);

-- The requests a BaRS client made, by which it may repeat one (client, X-Request-Id, same body).
create table intake.request (
    sender      text not null,
    request_id  uuid not null,
    message_key bytea not null,
    primary key (sender, request_id, message_key)
);

-- A sheet that was uploaded and waits to be confirmed; and what each of its rows last said.
create table intake.upload (
    id           uuid primary key,
    sender       text not null,
    kind         text not null,
    filename     text not null,
    uploaded_at  timestamptz not null default clock_timestamp(),
    committed_at timestamptz,
    body         bytea not null
);
create table intake.upload_row (
    sender       text not null,
    kind         text not null,
    reference    text not null,
    content_hash bytea not null,
    message_key  bytea not null,
    primary key (sender, kind, reference)
);

-- A correction ranks below its sender's own word of equal instant and version.
alter table record.version
    add column own         smallint not null default 1,
    add column message_key bytea;   -- the first message applied that told it
alter table record.version drop constraint version_pkey;
alter table record.version
    add primary key (resource_key, instant, version_id, own, content_hash, sent_by);
alter table record.entry add column own smallint not null default 1;
