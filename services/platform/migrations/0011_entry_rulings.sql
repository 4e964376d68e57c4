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

-- Whether a person can settle that the two of a pair are one entry: they are in two, of which not two systems each tell
-- both, as domain/record/duplicates/doubts.py has it; what was ruled one and is two is always in doubt. Derived, and kept
-- by the database itself, so that it cannot be forgotten: of all pairs the few that wait for a steward are found without
-- looking at the others. Who folds entries holds the locks of all source records of the person, so no two transactions
-- decide it at once.
alter table record.duplicate add column in_doubt boolean not null default false;
create index on record.entry (entry_key);

create function record.are_in_doubt(one bytea, other bytea, rule text) returns boolean stable language sql as $$
    select coalesce((
        select a.entry_key <> b.entry_key and (are_in_doubt.rule = 'ruled' or (
            select count(*) from (
                select s.sender from record.entry e join record.source_record s on s.id = e.source_record
                where e.entry_key = a.entry_key
                intersect
                select s.sender from record.entry e join record.source_record s on s.id = e.source_record
                where e.entry_key = b.entry_key
            ) tell_both) < 2)
        from record.entry a, record.entry b
        where a.resource_key = are_in_doubt.one and b.resource_key = are_in_doubt.other), false)
$$;

create function record.duplicate_comes() returns trigger language plpgsql as $$
begin
    new.in_doubt := record.are_in_doubt(new.one, new.other, new.rule);
    return new;
end
$$;
create trigger duplicate_comes before insert on record.duplicate
    for each row execute function record.duplicate_comes();

create function record.entry_key_changes() returns trigger language plpgsql as $$
begin
    update record.duplicate d set in_doubt = not d.in_doubt
    from (
        select near.one, near.other
        from record.entry member cross join lateral (
            select one, other from record.duplicate where one = member.resource_key
            union all
            select one, other from record.duplicate where other = member.resource_key
        ) near
        where member.entry_key in (old.entry_key, new.entry_key)
    ) near
    where d.one = near.one and d.other = near.other and d.in_doubt <> record.are_in_doubt(d.one, d.other, d.rule);
    return null;
end
$$;
create trigger entry_key_changes after update of entry_key on record.entry
    for each row when (old.entry_key is distinct from new.entry_key) execute function record.entry_key_changes();

update record.duplicate set in_doubt = true where record.are_in_doubt(one, other, rule);

-- The queue: first what is certain or ruled, and held apart; then what is possible; the nearest first.
create index on record.duplicate (grade, (-nearness), one, other) where in_doubt and grade <> 'certainly-not';
