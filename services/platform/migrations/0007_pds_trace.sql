-- Which source records the Personal Demographics Service was asked about, so that nobody is asked about twice. It holds
-- nothing of the answer: what was found is a message like any other.
create schema pds;

create table pds.trace (
    source_record bytea primary key,    -- outlives a rebuild of the record, which makes the same ids again
    asked_hash    bytea not null,       -- SHA-256 of the question: another one may be asked at once
    asked_at      timestamptz,          -- when it was last answered, or not; null while it is first asked
    outcome       text not null
        check (outcome in ('asking', 'found', 'none', 'many', 'doubtful', 'rejected', 'away')),
    next_at       timestamptz not null  -- not asked again before; of 'asking', when the claim lapses
);
alter table pds.trace set (fillfactor = 80);
