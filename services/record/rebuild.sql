-- name: shape
-- The statements that make the record schema once more under another name, each after those that it needs.
with own as (select 'record'::regnamespace as schema)
select statement from (
    select 1, c.oid, format(
        'create table record_rebuilt.%I (like record.%I including defaults including generated including identity '
        'including storage including compression)%s', c.relname, c.relname,
        coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''))
    from pg_class c, own where c.relnamespace = own.schema and c.relkind = 'r'
    union all
    select 2, p.oid, regexp_replace(pg_get_functiondef(p.oid), '\mrecord\.', 'record_rebuilt.', 'g')
    from pg_proc p, own where p.pronamespace = own.schema
    union all
    select case k.contype when 'f' then 4 else 3 end, k.oid, format(
        'alter table record_rebuilt.%I add constraint %I %s', c.relname, k.conname,
        regexp_replace(pg_get_constraintdef(k.oid), '\mrecord\.', 'record_rebuilt.', 'g'))
    from pg_constraint k join pg_class c on c.oid = k.conrelid, own
    where k.connamespace = own.schema and k.contype in ('p', 'u', 'x', 'c', 'f')
    union all
    select 5, i.indexrelid, regexp_replace(pg_get_indexdef(i.indexrelid), '\mrecord\.', 'record_rebuilt.', 'g')
    from pg_index i join pg_class c on c.oid = i.indrelid, own
    where c.relnamespace = own.schema
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    union all
    select 6, t.oid, regexp_replace(pg_get_triggerdef(t.oid), '\mrecord\.', 'record_rebuilt.', 'g')
    from pg_trigger t join pg_class c on c.oid = t.tgrelid, own
    where c.relnamespace = own.schema and not t.tgisinternal
) as made(step, place, statement)
order by step, place

-- name: functions
-- Those of the rebuilt schema once it has the record's name: their bodies name tables under the old one.
select regexp_replace(pg_get_functiondef(oid), '\mrecord_rebuilt\.', 'record.', 'g')
from pg_proc where pronamespace = 'record'::regnamespace order by oid

-- name: clear
drop schema if exists record_rebuilt, rebuild cascade

-- name: desk
-- What the rebuild works with. `again` says of every message that its sender was told already.
create schema record_rebuilt;
create schema rebuild;
create unlogged table rebuild.accepted (message_key bytea primary key, sent bigint not null);
create unlogged table rebuild.outbox (
    message_key   bytea primary key,
    source_record bytea not null,
    size          int not null,
    accepted_at   timestamptz not null default now(),
    again         boolean not null default true
);
create index on rebuild.outbox (source_record, message_key);
create view rebuild.message as
    select m.message_key, m.source_record, m.sender, a.sent, m.corrects, m.body
    from intake.message m join rebuild.accepted a using (message_key);
create unlogged table rebuild.unsettled (source_record bytea primary key);
create unlogged table rebuild.person (source_record bytea primary key, person bytea not null);
create unlogged table rebuild.entry (resource_key bytea primary key, entry_key bytea not null);
create unlogged table rebuild.word (
    is_live       boolean not null,
    source_record bytea not null,
    kind          text not null,
    digest        bytea not null,
    primary key (source_record, kind, is_live)
)

-- name: rulings_on_their_way
-- A ruling is visible, and followed by others, a moment before its message is applied.
select exists (select from record.ruling r join intake.outbox o using (message_key))
    or exists (select from record.entry_ruling r join intake.outbox o using (message_key))

-- name: take_in
-- What is applied and not taken in yet, or under another `sent`. What waits to be applied again, under a lower `sent`,
-- is taken in under the one that its versions have.
with applied as (
    select m.message_key, m.source_record, octet_length(m.body) as size,
           coalesce((select v.instant from record.version v where o.again and v.sent_by = m.message_key limit 1),
                    m.sent) as sent
    from intake.message m left join intake.outbox o using (message_key)
    where o.message_key is null or o.again
), new as (
    insert into rebuild.accepted (message_key, sent)
    select p.message_key, p.sent from applied p left join rebuild.accepted a using (message_key)
    where a.sent is distinct from p.sent
    on conflict (message_key) do update set sent = excluded.sent
    returning message_key
)
insert into rebuild.outbox (message_key, source_record, size)
select message_key, source_record, size from applied join new using (message_key)

-- name: note_live
-- Who is who and what is one entry; and of which source records more is visible than is applied: they are told of in
-- what waits, or were when a worker was killed.
with noted_persons as (
    insert into rebuild.person select id, person from record.source_record where person is not null
), noted_entries as (
    insert into rebuild.entry select resource_key, entry_key from record.entry
)
insert into rebuild.unsettled
select source_record from intake.outbox union select id from record.source_record where pending

-- name: note_words
-- All that the record says, as a digest for each source record and kind of thing. Left out is what order may decide:
-- which of two messages told a version first.
insert into rebuild.word (is_live, source_record, kind, digest)
with said(source_record, kind, words) as (
    select id, 'person', row(person)::text from record.source_record where person is not null
    union all
    select id, 'facts', row(sender, demographics, profile)::text from record.source_record where person is not null
    union all
    select id, 'sum', row(sum)::text from record.source_record where person is not null
    union all
    select source_record, 'version',
           row(resource_key, instant, version_id, own, content_hash, sent_by, sha256(content))::text from record.version
    union all
    select source_record, 'entry', row(resource_key, entry_key, kind, occurred, instant, version_id, own,
                                       content_hash, sha256(facet), lasting, measure, label, trace)::text from record.entry
    union all
    select source_record, 'facet', row(token, resource_key)::text from record.facet_token
    union all
    select e.source_record, 'duplicate', row(d.one, d.other, d.grade, d.rule, d.nearness, d.in_doubt)::text
    from record.duplicate d join record.entry e on e.resource_key = d.one
    union all
    select one, 'link', row(other, grade, rule, weight, apart)::text from record.link
    union all
    select one, 'ruling', row(message_key, other, instant, verdict)::text from record.ruling
    union all
    select source_record, 'asset',
           row(resource_key, sender, instant, version_id, own, content_hash, sha256(content), names)::text
    from record.asset
    union all
    select one_record, 'ruling', row(one, other, other_record, verdict, instant, message_key, ruled_by)::text
    from record.entry_ruling
    union all
    select source_record, 'number', row(number)::text from record.number
    where source_record not in (select u.source_record from rebuild.unsettled u)
    union all
    select source_record, 'key', row(token)::text from record.blocking
    where source_record not in (select u.source_record from rebuild.unsettled u)
), hashed as (
    select source_record, kind, sha256(convert_to(words, 'UTF8')) as hash from said
)
select %(is_live)s, source_record, kind, sha256(string_agg(hash, ''::bytea order by hash))
from hashed group by source_record, kind

-- name: waiting
select source_record, message_key, size from rebuild.outbox
where (source_record, message_key) > (%(source_record)b::bytea, %(message_key)b::bytea)
order by source_record, message_key limit %(most)s

-- name: count_waiting
select count(*) from rebuild.outbox

-- name: differences
with differing as (
    select source_record, kind
    from (select * from rebuild.word where is_live) live
    full join (select * from rebuild.word where not is_live) rebuilt using (source_record, kind)
    where live.digest is distinct from rebuilt.digest and kind = any(%(kinds)s::text[])
), by_source_record as (
    select source_record, array_agg(kind order by kind) as kinds from differing group by source_record
)
select d.source_record, d.kinds, was.person, now.person, word.live, word.rebuilt, count(*) over ()
from by_source_record d
left join rebuild.person was using (source_record)
left join record_rebuilt.source_record now on now.id = d.source_record
cross join lateral (
    select sha256(string_agg(w.digest, ''::bytea order by w.kind) filter (where w.is_live)) as live,
           sha256(string_agg(w.digest, ''::bytea order by w.kind) filter (where not w.is_live)) as rebuilt
    from rebuild.word w where w.source_record = d.source_record
) word
order by d.source_record limit %(most)s

-- name: shifts
-- How many persons and entries there were and are; merges and splits; and resources that are in another entry.
with both_ways as (
    select was.person as was, now.person as now
    from rebuild.person was join record_rebuilt.source_record now on now.id = was.source_record
)
select (select count(distinct person) from rebuild.person),
       (select count(distinct person) from record_rebuilt.source_record),
       (select coalesce(sum(met - 1), 0)::bigint
        from (select count(distinct was) as met from both_ways group by now) merged),
       (select coalesce(sum(met - 1), 0)::bigint
        from (select count(distinct now) as met from both_ways group by was) split),
       (select count(distinct entry_key) from rebuild.entry),
       (select count(distinct entry_key) from record_rebuilt.entry),
       (select count(*) from rebuild.entry was join record_rebuilt.entry now using (resource_key)
        where now.entry_key <> was.entry_key)

-- name: hold_writers
-- Whoever applies messages reads this table first, and waits; those who read the record go on.
lock table record.rules in access exclusive mode

-- name: keep_tellers
-- Which message told a version first stays as its sender was told.
update record_rebuilt.version new set message_key = old.message_key
from record.version old
where new.resource_key = old.resource_key and new.instant = old.instant and new.version_id = old.version_id
  and new.own = old.own and new.content_hash = old.content_hash and new.sent_by = old.sent_by
  and new.message_key is distinct from old.message_key

-- name: put_in_place
drop schema record cascade;
alter schema record_rebuilt rename to record;
drop schema rebuild cascade;
select access.guard_record();
select access.serve_record()

-- name: version
select version from record.rules
