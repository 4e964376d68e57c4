-- What is compared of an entry with what other systems tell of the same person; empty where nothing is.
alter table record.entry add column facet bytea not null default '';

-- By what the facets that may be duplicates of each other find each other, hashed.
create table record.facet_token (
    source_record bytea not null,
    token         bigint not null,
    resource_key  bytea not null,
    primary key (source_record, token, resource_key)
);
create index on record.facet_token (resource_key);

-- Pairs of things of one person, told by two senders, that are or may be one; the lesser key first.
create table record.duplicate (
    one      bytea not null,
    other    bytea not null,
    grade    text not null check (grade in ('certain', 'possible')),
    rule     text not null,
    nearness int not null,  -- of two duplicates of a thing, the nearer is the likelier
    primary key (one, other),
    check (one < other)
);
create index on record.duplicate (other);
