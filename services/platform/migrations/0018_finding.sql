-- By what each source record is found, hashed: how its names sound, begin and end, its birth date, numbers, postcodes and
-- telephones. It is written with the profile; a rebuild fills it in.
create table record.found_by (
    term          bigint not null,
    source_record bytea not null,
    primary key (term, source_record)
);
create index on record.found_by (source_record);

revoke select on record.found_by from carethread_viewer;
