-- Who broke the glass of whose record, why, and until when it is open. That it was broken is in the audit too.
create table access.broken_glass (
    user_id      text        not null,
    organisation text        not null,
    person       bytea       not null,
    reason       text        not null,
    broken_at    timestamptz not null default now(),
    closes_at    timestamptz not null
);
create index on access.broken_glass (person, user_id, organisation);
