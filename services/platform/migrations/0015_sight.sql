-- What a session may see of one person, defended by the database too: whoever reads a record does so as this role, which
-- may read alone, and sees the rows that the setting `carethread.opened` opens to it; without the setting none.
alter table record.entry
    add column label smallint not null default 0; -- how confidential: 0 normal, 1 restricted, 2 very restricted

-- To count entries without reading them; and those of which the thing that gave the key may not be seen.
drop index record.entry_source_record_kind_idx;
create index on record.entry (source_record, kind, label) where resource_key = entry_key;
create index on record.entry (source_record, kind, label, entry_key) where resource_key <> entry_key;

do $$
begin
    if not exists (select from pg_roles where rolname = 'carethread_viewer') then
        create role carethread_viewer nologin;
    end if;
    execute format('grant carethread_viewer to %I', current_user);
end
$$;

-- [[source record in hex, [kinds] or null for all, the most confidential label], ...] as rows. Each is a function of its
-- own that says how few rows it gives: else they would be planned for as millions, and looked through for every entry.
create function access.opened(out source_record bytea, out kinds jsonb, out label smallint)
returns setof record stable rows 5 language plpgsql as $$
begin
    return query
    select decode(one ->> 0, 'hex'), nullif(one -> 1, 'null'), (one ->> 2)::smallint
    from jsonb_array_elements(coalesce(nullif(current_setting('carethread.opened', true), ''), '[]')::jsonb) one;
end
$$;

create function access.opened_whole(out source_record bytea, out label smallint)
returns setof record stable rows 10 language plpgsql as $$
begin
    return query
    select o.source_record, l::smallint from access.opened() o, generate_series(0, o.label) l where o.kinds is null;
end
$$;

create function access.opened_in_part(out source_record bytea, out kind text, out label smallint)
returns setof record stable rows 50 language plpgsql as $$
begin
    return query
    select o.source_record, k, l::smallint
    from access.opened() o, jsonb_array_elements_text(o.kinds) k, generate_series(0, o.label) l;
end
$$;

-- Things in hex, beside these: referrals with the reader's own organisation, to whomever such are closed.
create function access.opened_things(out resource_key bytea)
returns setof bytea stable rows 5 language plpgsql as $$
begin
    return query
    select decode(one, 'hex')
    from jsonb_array_elements_text(
        coalesce(nullif(current_setting('carethread.opened_things', true), ''), '[]')::jsonb) one;
end
$$;

-- A record that was rebuilt is guarded anew once it is in its place.
create function access.guard_record() returns void language plpgsql as $$
begin
    grant usage on schema record, access to carethread_viewer;
    grant select on all tables in schema record to carethread_viewer;
    execute (
        select format('revoke select on %s from carethread_viewer', string_agg(format('record.%I', tablename), ', '))
        from pg_tables
        where schemaname = 'record' and tablename in ('blocking', 'found_by', 'number', 'link', 'ruling')
    );
    grant select on access.partner to carethread_viewer;
    alter table record.source_record enable row level security;
    alter table record.entry enable row level security;
    alter table record.version enable row level security;
    create policy seen on record.source_record for select to carethread_viewer
        using (id in (select source_record from access.opened()));
    create policy seen on record.entry for select to carethread_viewer
        using ((source_record, label) in (select source_record, label from access.opened_whole())
               or (source_record, kind, label) in (select source_record, kind, label from access.opened_in_part())
               or resource_key in (select resource_key from access.opened_things()));
    create policy seen on record.version for select to carethread_viewer
        using (exists (select from record.entry e where e.resource_key = version.resource_key));
end
$$;

select access.guard_record();
