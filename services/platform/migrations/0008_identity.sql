-- What a source record says of who the person is, as it is compared; null until its first message is applied. From when
-- keys of another profile are made visible until that profile is written, the record is pending.
alter table record.source_record
    add column profile bytea,
    add column pending boolean not null default true;
alter table record.source_record set (fillfactor = 80);

-- Every valid NHS number that any version of a source record ever told: for finding people, and for holds.
create table record.number (
    number        text collate "C" not null,
    source_record bytea not null,
    primary key (number, source_record)
);
create index on record.number (source_record);

-- The blocking keys of each source record, hashed. Of one that is pending, those of what it may become too.
drop table record.blocking;
create table record.blocking (
    token         bigint not null,
    source_record bytea not null,
    primary key (token, source_record)
);
create index on record.blocking (source_record);

-- Pairs of source records that are linked or for a steward to judge, the lesser id first: what the model decided of
-- their two profiles, whatever is known of others.
create table record.link (
    one    bytea not null,
    other  bytea not null,
    grade  text not null check (grade in ('certain', 'probable', 'possible')),
    rule   text not null,
    weight int not null,
    primary key (one, other),
    check (one < other)
);
create index on record.link (other);

-- What stewards ruled. A ruling may come before the records that it names.
create table record.ruling (
    message_key bytea primary key,
    one         bytea not null,
    other       bytea not null,
    instant     bigint not null,  -- ticks of 100 ns
    verdict     text not null check (verdict in ('same', 'not-same', 'undo')),
    check (one < other)
);
create index on record.ruling (one);
create index on record.ruling (other);
