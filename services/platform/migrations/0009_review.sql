-- What stewards ruled of a source record and any greater one, as the kept messages tell it.
create index on intake.message (source_record, told_at) where sender = 'CARETHREAD';

-- Whether the two of a link are of different persons. Derived, and kept by the database itself, so that it cannot be
-- forgotten: of millions of links the few that wait for a steward are found without looking at the others. Who makes
-- two persons one, or one two, holds the locks of all their records, so no two transactions decide it at once.
alter table record.link add column apart boolean not null default false;

create function record.are_apart(one bytea, other bytea) returns boolean stable language sql as $$
    select coalesce((select person from record.source_record where id = one)
                 <> (select person from record.source_record where id = other), false)
$$;

create function record.link_comes() returns trigger language plpgsql as $$
begin
    new.apart := record.are_apart(new.one, new.other);
    return new;
end
$$;
create trigger link_comes before insert on record.link for each row execute function record.link_comes();

create function record.person_changes() returns trigger language plpgsql as $$
begin
    update record.link set apart = not apart
    where (one = new.id or other = new.id) and apart <> record.are_apart(one, other);
    return null;
end
$$;
create trigger person_changes after update of person on record.source_record
    for each row when (old.person is distinct from new.person) execute function record.person_changes();

-- The queue: rule by rule what is possible, then what links and is held apart; the heaviest first.
create index on record.link (rule, (-weight), one, other) where apart and grade = 'possible';
create index on record.link ((-weight), one, other) where apart and grade <> 'possible';
