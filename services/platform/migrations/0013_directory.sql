-- The directory of services of the community: of each service that a sender lists the version that ranks highest.
-- What is listed concerns no person, and is in no person's digest.
create table record.asset (
    resource_key  bytea primary key,
    source_record bytea not null,   -- stands for all that the sender lists; no person's
    sender        text not null,
    instant       bigint not null,
    version_id    bigint not null,
    own           smallint not null,
    content_hash  bytea not null,
    content       bytea not null,
    names         text[] not null   -- its identifiers, as system|value: what referrals name it by
);
create index on record.asset using gin (names);

-- A message that lists a service needs no NHS number.
alter table intake.message drop constraint message_nhs_number_check;
alter table intake.message add constraint message_nhs_number_check
    check (nhs_number in ('verified', 'unverified', 'invalid', 'missing', 'not-needed')) not valid;
