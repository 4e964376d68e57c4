-- What stewards ruled of two things that systems tell of: of each pair the latest word, the lesser resource key first. A
-- ruling may come before the things that it names; their source records are named with them, so that it is known whose
-- word to wait for.
create table record.entry_ruling (
    one          bytea not null,
    other        bytea not null,
    one_record   bytea not null,
    other_record bytea not null,
    verdict      text not null check (verdict in ('same', 'not-same', 'undo')),
    instant      bigint not null,  -- ticks of 100 ns
    message_key  bytea not null,
    ruled_by     text not null,
    primary key (one, other, one_record, other_record),
    check (one < other)
);
create index on record.entry_ruling (other);
create index on record.entry_ruling (one_record);
create index on record.entry_ruling (other_record);

-- What a steward ruled of two things of one person stands where the rules' decision would: one that they are two as well.
alter table record.duplicate drop constraint duplicate_grade_check;
alter table record.duplicate add constraint duplicate_grade_check
    check (grade in ('certain', 'possible', 'certainly-not'));

-- Whether the two of a pair are in two entries. Derived, and kept by the database itself, so that it cannot be forgotten:
-- of all pairs the few that wait for a steward are found without looking at the others. Who folds entries holds the
-- locks of all source records of the person, so no two transactions decide it at once.
alter table record.duplicate add column apart boolean not null default false;

create function record.are_two_entries(one bytea, other bytea) returns boolean stable language sql as $$
    select coalesce((select entry_key from record.entry where resource_key = one)
                 <> (select entry_key from record.entry where resource_key = other), false)
$$;

create function record.duplicate_comes() returns trigger language plpgsql as $$
begin
    new.apart := record.are_two_entries(new.one, new.other);
    return new;
end
$$;
create trigger duplicate_comes before insert on record.duplicate
    for each row execute function record.duplicate_comes();

create function record.entry_key_changes() returns trigger language plpgsql as $$
begin
    update record.duplicate set apart = not apart
    where (one = new.resource_key or other = new.resource_key) and apart <> record.are_two_entries(one, other);
    return null;
end
$$;
create trigger entry_key_changes after update of entry_key on record.entry
    for each row when (old.entry_key is distinct from new.entry_key) execute function record.entry_key_changes();

update record.duplicate set apart = true where record.are_two_entries(one, other);

-- The queue: first what is certain or ruled, and held apart; then what is possible; the nearest first.
create index on record.duplicate (grade, (-nearness), one, other) where apart and grade <> 'certainly-not';
