-- What each partner's system was given to read of what other systems told of a person: how far it was open to it, and
-- never what it said. It stays until it is taken back, by a notice.
create table delivery.given (
    organisation  text not null,
    subject       bytea not null,      -- the organisation's own source record of the person
    source_record bytea not null,      -- whose words
    sender        text not null,       -- the organisation of that one's system
    kinds         text[] not null,     -- kinds of entry
    referrals     boolean not null,    -- those with the organisation itself
    whereabouts   boolean not null,    -- address, telephone, e-mail and practice
    person        bytea not null,      -- the id that the record was given under
    given_at      timestamptz not null default now(),
    unchecked     boolean not null default true, -- whether it may have been closed while it was given
    primary key (organisation, subject, source_record)
);
create index on delivery.given (subject);
create index on delivery.given (source_record);
create index on delivery.given (organisation, subject) where unchecked;

-- How far the outcomes were looked through for what may close a record; no row before the first look.
create table delivery.looked (
    txid xid8 not null,
    seq  bigint not null
);
create unique index on delivery.looked ((true));

-- That an organisation is to stop showing what it was given. In one order with intake.outcome, by (txid, seq).
create table delivery.notice (
    txid         xid8 not null default pg_current_xact_id(),
    seq          bigint generated always as identity,
    organisation text not null,
    subject      bytea not null,
    told         jsonb not null,
    at           timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    primary key (txid, seq)
);
create index on delivery.notice (organisation, txid, seq);
create index on delivery.notice (organisation, at);
create index on delivery.notice (subject);
create index on delivery.notice (txid, seq) where published_at is null;

-- Who reads it over HTTP writes it down; the sweeper tells who is to stop, by what is withheld too, and writes that to the
-- audit; delivery publishes it.
grant usage on schema delivery to carethread_web, carethread_sweeper;
grant select, insert, update on delivery.given to carethread_web;
grant select, update (kinds, referrals, whereabouts, unchecked), delete on delivery.given to carethread_sweeper;
grant select, insert, update on delivery.looked to carethread_sweeper;
grant insert on delivery.notice to carethread_sweeper;
grant select on delivery.notice to carethread_web;
grant select, update (published_at) on delivery.notice to carethread_delivery;
grant select (token, reason) on intake.hold to carethread_sweeper;
grant select (corrects) on intake.message to carethread_sweeper;
grant usage on schema audit to carethread_sweeper;
grant execute on function audit.append(text, text) to carethread_sweeper;
