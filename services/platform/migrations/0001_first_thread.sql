-- Who may send, and who is signed in.
create schema access;

create table access.partner (
    ods_code text primary key,
    name     text not null,
    sector   text not null
);

create table access.partner_token (
    token_sha256 bytea primary key,
    ods_code     text not null references access.partner,
    expires_at   timestamptz not null
);

-- A one-time link is a row with kind 'link'; using it deletes the row and makes one with kind 'session'.
create table access.sign_in (
    token_sha256 bytea primary key,
    kind         text not null check (kind in ('link', 'session')),
    expires_at   timestamptz not null
);

-- What came in, as it came.
create schema intake;

create table intake.message (
    message_key   bytea primary key,
    sender        text not null,
    source_record bytea not null,
    sent          bigint not null,  -- ticks of 100 ns; over repeated deliveries the least
    needs_sent    boolean not null, -- some version in it has no other instant
    received_at   timestamptz not null,
    body          bytea not null
);

create table intake.quarantine (
    message_key bytea primary key,
    sender      text not null,
    door        text not null,      -- topic[partition]@offset
    received_at timestamptz not null,
    issues      jsonb not null,
    body        bytea not null
);

-- One row per delivery, so that the counts are exact. Its id is a function of where the broker kept it.
create table intake.delivery (
    delivery_id bytea primary key,
    message_key bytea not null
);

-- Accepted and not yet applied. Where a message was published tells the sweeper whether it can be lost.
create table intake.outbox (
    message_key   bytea primary key references intake.message,
    source_record bytea not null,
    accepted_at   timestamptz not null,
    incarnation   text,             -- the broker's cluster id; null until published
    partition     int,
    "offset"      bigint,
    published_at  timestamptz
);
alter table intake.outbox set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- How far each partition was recorded: finds gaps, and never drops what is not recorded.
create table intake.ledger (
    incarnation text not null,
    topic       text not null,
    partition   int not null,
    next_offset bigint not null,
    primary key (incarnation, topic, partition)
);

-- The record: one schema, one version of the rules.
create schema record;

create table record.rules (version text primary key);

create table record.source_record (
    id           bytea primary key,
    sender       text not null,
    person       bytea,             -- the least id among its members; null until its first message is applied
    demographics jsonb not null default '{}',
    sum          bytea              -- running set hash of its versions and current entries
);
create index on record.source_record (person);

-- Every valid NHS number that any version of a source record ever told.
create table record.blocking (
    token         text not null,
    source_record bytea not null references record.source_record,
    primary key (token, source_record)
);
create index on record.blocking (source_record);

create table record.version (
    resource_key  bytea not null,
    instant       bigint not null,
    version_id    bigint not null,
    content_hash  bytea not null,
    sent_by       bytea not null,   -- the message whose `sent` is the instant; else empty
    source_record bytea not null references record.source_record,
    content       bytea not null,
    primary key (resource_key, instant, version_id, content_hash, sent_by)
);
create index on record.version (sent_by) where sent_by <> '';

-- One system's current word on one entry; rows with the same entry_key tell of the same thing.
create table record.entry (
    resource_key  bytea primary key,
    source_record bytea not null references record.source_record,
    entry_key     bytea not null,
    kind          text not null,
    occurred      bigint not null,  -- ticks of 100 ns
    instant       bigint not null,
    version_id    bigint not null,
    content_hash  bytea not null
);
create index on record.entry (source_record, kind, occurred desc);
