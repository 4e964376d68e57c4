-- name: made_by
-- Which record this is, and by which rules and model it is made. A swap waits for who reads it in a transaction.
select tableoid, version from record.rules

-- name: read_messages
select o.message_key, m.source_record, m.sender, m.sent, m.corrects is null, m.body
from intake.outbox o join intake.message m using (message_key)
where o.message_key = any(%(keys)b::bytea[])

-- name: ensure_source_records
insert into record.source_record (id, sender)
select * from unnest(%(ids)b::bytea[], %(senders)b::text[]) as given(id, sender) order by id
on conflict do nothing

-- name: ensure_numbers
insert into record.number (number, source_record)
select * from unnest(%(numbers)b::text[], %(ids)b::bytea[]) as given(number, id) order by number, id
on conflict do nothing

-- name: ensure_rulings
insert into record.ruling (message_key, one, other, instant, verdict)
select * from unnest(%(keys)b::bytea[], %(ones)b::bytea[], %(others)b::bytea[], %(instants)b::bigint[],
                     %(verdicts)b::text[]) as given(key, one, other, instant, verdict) order by key
on conflict do nothing

-- name: ensure_entry_rulings
-- Of each pair the latest word stays. One statement may touch a row but once, so of a batch only the latest is written.
insert into record.entry_ruling (one, one_record, other, other_record, verdict, instant, message_key, ruled_by)
select distinct on (one, other, one_record, other_record)
       one, one_record, other, other_record, verdict, instant, key, ruled_by
from unnest(%(keys)b::bytea[], %(ones)b::bytea[], %(one_records)b::bytea[], %(others)b::bytea[],
            %(other_records)b::bytea[], %(verdicts)b::text[], %(instants)b::bigint[], %(ruled_by)b::text[])
    as given(key, one, one_record, other, other_record, verdict, instant, ruled_by)
order by one, other, one_record, other_record, instant desc, key desc
on conflict (one, other, one_record, other_record) do update
set verdict = excluded.verdict, instant = excluded.instant, message_key = excluded.message_key,
    ruled_by = excluded.ruled_by
where (entry_ruling.instant, entry_ruling.message_key) < (excluded.instant, excluded.message_key)

-- name: read_facts
select id, demographics::text, profile from record.source_record where id = any(%(ids)b::bytea[])

-- name: lock_ids
select id from record.source_record where id = any(%(ids)b::bytea[]) order by id for no key update

-- name: mark_pending
update record.source_record set pending = true where id = any(%(ids)b::bytea[]) and not pending

-- name: ensure_blocking
insert into record.blocking (token, source_record)
select * from unnest(%(tokens)b::bigint[], %(ids)b::bytea[]) as given(token, id) order by token, id
on conflict do nothing

-- name: lock_outbox
-- What is no longer there was applied by somebody else.
select o.message_key from intake.outbox o
where o.message_key = any(%(keys)b::bytea[])
order by o.message_key
for update of o

-- name: read_sent
-- A statement of its own, after the lock: a locking statement that had to wait reads the tables that it joins
-- as they were before, and `sent` may have been lowered meanwhile.
select o.message_key, m.sent, extract(epoch from o.accepted_at)::float8
from intake.outbox o join intake.message m using (message_key)
where o.message_key = any(%(keys)b::bytea[])

-- name: candidates
-- Who shares a token with whom. All of it is one statement, so as of one moment; `offset 0` holds the planner to the
-- index on tokens, whatever it makes of arrays.
with near as (
    select found.source_record as id, array_agg(distinct given.place) as places
    from unnest(%(tokens)b::bigint[], %(places)b::int[]) as given(token, place)
    cross join lateral (
        select b.source_record from record.blocking b where b.token = given.token offset 0
    ) found
    group by found.source_record
)
select near.id, near.places, s.profile, s.pending
from near cross join lateral (
    select o.profile, o.pending from record.source_record o where o.id = near.id offset 0
) s

-- name: component
-- Every source record that a link or a ruling leads to from these, and from those, and so on. The planner takes a
-- recursion for far larger than it is; `offset 0` keeps it from reading whole tables for that.
with recursive member(id) as (
    select unnest(%(ids)b::bytea[])
    union
    select near.id
    from member cross join lateral (
        select l.other as id from record.link l where l.one = member.id and l.grade <> 'possible'
        union all
        select l.one from record.link l where l.other = member.id and l.grade <> 'possible'
        union all
        select r.other from record.ruling r where r.one = member.id and r.verdict = 'same'
        union all
        select r.one from record.ruling r where r.other = member.id and r.verdict = 'same'
        offset 0
    ) near
)
select s.id from member cross join lateral (
    select o.id from record.source_record o where o.id = member.id offset 0
) s

-- name: links_within
select one, other, grade, rule, weight from record.link where one = any(%(ids)b::bytea[]) and grade <> 'possible'

-- name: rulings_within
select instant, message_key, one, other, verdict from record.ruling where one = any(%(ids)b::bytea[])

-- name: lock_source_records
select id, person, profile, pending, demographics::text, sum from record.source_record
where id = any(%(ids)b::bytea[])
order by id
for no key update

-- name: tokens
select source_record, token from record.blocking where source_record = any(%(ids)b::bytea[])

-- name: drop_tokens
delete from record.blocking b
using unnest(%(tokens)b::bigint[], %(ids)b::bytea[]) as given(token, id)
where b.token = given.token and b.source_record = given.id

-- name: drop_terms
delete from record.found_by where source_record = any(%(ids)b::bytea[])

-- name: write_terms
insert into record.found_by (term, source_record)
select * from unnest(%(terms)b::bigint[], %(ids)b::bytea[]) as given(term, id) order by term, id

-- name: drop_links
delete from record.link where one = any(%(ids)b::bytea[]) or other = any(%(ids)b::bytea[])

-- name: write_links
insert into record.link (one, other, grade, rule, weight)
select * from unnest(%(ones)b::bytea[], %(others)b::bytea[], %(grades)b::text[], %(rules)b::text[],
                     %(weights)b::int[])

-- name: drop_versions_by_sent
delete from record.version where sent_by = any(%(keys)b::bytea[])
returning resource_key, source_record, instant, version_id, own, content_hash

-- name: keep_versions
insert into record.version
    (resource_key, instant, version_id, own, content_hash, sent_by, source_record, message_key, content)
select * from unnest(%(resource_keys)b::bytea[], %(instants)b::bigint[], %(version_ids)b::bigint[],
                     %(own)b::smallint[], %(content_hashes)b::bytea[], %(sent_by)b::bytea[],
                     %(source_records)b::bytea[], %(message_keys)b::bytea[], %(contents)b::bytea[])
on conflict do nothing
returning resource_key, sent_by, instant, version_id, own, content_hash

-- name: current_versions
-- The highest-ranked version of each resource.
select best.*
from unnest(%(keys)b::bytea[]) as asked(resource_key)
cross join lateral (
    select v.resource_key, v.source_record, v.content, v.instant, v.version_id, v.own, v.content_hash
    from record.version v where v.resource_key = asked.resource_key
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit 1
) best

-- name: patient_versions
select v.source_record, v.content, v.instant, v.version_id, v.own, v.content_hash
from record.version v where v.resource_key = any(%(keys)b::bytea[])

-- name: entries
select resource_key, source_record, entry_key, kind, facet, instant, version_id, own, content_hash
from record.entry where resource_key = any(%(keys)b::bytea[])

-- name: write_entries
insert into record.entry
    (resource_key, source_record, entry_key, kind, occurred, facet, lasting, measure, label, trace, instant, version_id,
     own, content_hash)
select * from unnest(%(resource_keys)b::bytea[], %(source_records)b::bytea[], %(entry_keys)b::bytea[],
                     %(kinds)b::text[], %(occurred)b::bigint[], %(facets)b::bytea[], %(lasting)b::boolean[],
                     %(measures)b::text[], %(labels)b::smallint[], %(traces)b::bytea[], %(instants)b::bigint[],
                     %(version_ids)b::bigint[], %(own)b::smallint[], %(content_hashes)b::bytea[])
on conflict (resource_key) do update
set occurred = excluded.occurred, facet = excluded.facet, lasting = excluded.lasting, measure = excluded.measure,
    label = excluded.label, trace = excluded.trace, instant = excluded.instant, version_id = excluded.version_id,
    own = excluded.own, content_hash = excluded.content_hash

-- name: write_source_records
update record.source_record s
set person = given.person, demographics = given.demographics, sum = given.sum, profile = given.profile,
    pending = false
from unnest(%(ids)b::bytea[], %(persons)b::bytea[], %(demographics)b::jsonb[], %(sums)b::bytea[],
            %(profiles)b::bytea[]) as given(id, person, demographics, sum, profile)
where s.id = given.id

-- name: write_persons
update record.source_record s set person = given.person
from unnest(%(ids)b::bytea[], %(persons)b::bytea[]) as given(id, person)
where s.id = given.id

-- name: write_sums
update record.source_record s set sum = given.sum
from unnest(%(ids)b::bytea[], %(sums)b::bytea[]) as given(id, sum)
where s.id = given.id

-- name: kin
-- These source records, those that are there, and all others of the persons that they belong to.
select o.id from record.source_record s join record.source_record o on o.person = s.person
where s.id = any(%(ids)b::bytea[])
union
select id from record.source_record where id = any(%(ids)b::bytea[])

-- name: facets_of_source_records
select resource_key from record.entry where source_record = any(%(ids)b::bytea[]) and facet <> ''

-- name: things_ruled_on
-- The things that are ruled on; of those told first, and of all that these source records tell, the ones that a ruling
-- names. What a ruling names under another source record than its own is none: that record is not locked.
with named(key, source_record) as (
    select * from unnest(%(ruled)b::bytea[], %(ruled_records)b::bytea[])
    union
    select one, one_record from record.entry_ruling where one = any(%(first)b::bytea[])
    union
    select other, other_record from record.entry_ruling where other = any(%(first)b::bytea[])
    union
    select one, one_record from record.entry_ruling where one_record = any(%(moved)b::bytea[])
    union
    select other, other_record from record.entry_ruling where other_record = any(%(moved)b::bytea[])
)
select named.key from named cross join lateral (
    select 1 from record.entry e where e.resource_key = named.key and e.source_record = named.source_record offset 0
) told

-- name: verdicts
-- The rulings on these things that count: both things are there, as their ruling names them, of one kind that is an entry
-- and of one person. `offset 0` holds the planner to the indexes.
select r.one, r.other, r.verdict
from (
    select * from record.entry_ruling where one = any(%(keys)b::bytea[])
    union
    select * from record.entry_ruling where other = any(%(keys)b::bytea[])
) r
cross join lateral (
    select e.kind, s.person from record.entry e join record.source_record s on s.id = e.source_record
    where e.resource_key = r.one and e.source_record = r.one_record offset 0
) one
cross join lateral (
    select e.kind, s.person from record.entry e join record.source_record s on s.id = e.source_record
    where e.resource_key = r.other and e.source_record = r.other_record offset 0
) other
where r.verdict <> 'undo' and one.person = other.person and one.kind = other.kind and one.kind <> %(context)b

-- name: facets
select e.resource_key, s.sender, e.facet
from record.entry e join record.source_record s on s.id = e.source_record
where e.resource_key = any(%(keys)b::bytea[]) and e.facet <> ''

-- name: drop_facet_tokens
delete from record.facet_token where resource_key = any(%(keys)b::bytea[])

-- name: write_facet_tokens
insert into record.facet_token (source_record, token, resource_key)
select * from unnest(%(ids)b::bytea[], %(tokens)b::bigint[], %(keys)b::bytea[])

-- name: duplicate_candidates
-- What other senders tell of the same person and shares a token; `offset 0` holds the planner to the indexes.
select distinct mine.resource_key, theirs.resource_key
from unnest(%(keys)b::bytea[]) as asked(resource_key)
join record.entry mine on mine.resource_key = asked.resource_key
join record.source_record holder on holder.id = mine.source_record
join record.source_record other on other.person = holder.person and other.sender <> holder.sender
cross join lateral (
    select t.token from record.facet_token t where t.resource_key = mine.resource_key offset 0
) own
cross join lateral (
    select t.resource_key from record.facet_token t
    where t.source_record = other.id and t.token = own.token offset 0
) theirs

-- name: drop_duplicates
delete from record.duplicate where one = any(%(keys)b::bytea[]) or other = any(%(keys)b::bytea[])
returning one, other

-- name: write_duplicates
insert into record.duplicate (one, other, grade, rule, nearness)
select * from unnest(%(ones)b::bytea[], %(others)b::bytea[], %(grades)b::text[], %(rules)b::text[],
                     %(nearness)b::int[])

-- name: duplicate_components
with recursive member(key) as (
    select unnest(%(keys)b::bytea[])
    union
    select near.key
    from member cross join lateral (
        select d.other as key from record.duplicate d where d.one = member.key and d.grade = 'certain'
        union all
        select d.one from record.duplicate d where d.other = member.key and d.grade = 'certain'
        offset 0
    ) near
)
select e.resource_key, e.source_record, s.sender, e.entry_key, e.kind, e.content_hash
from member
cross join lateral (select * from record.entry o where o.resource_key = member.key offset 0) e
join record.source_record s on s.id = e.source_record

-- name: duplicates_within
select one, other, grade, rule, nearness from record.duplicate
where one = any(%(keys)b::bytea[]) and grade <> 'possible'

-- name: write_entry_keys
update record.entry e set entry_key = given.entry_key
from unnest(%(keys)b::bytea[], %(entry_keys)b::bytea[]) as given(resource_key, entry_key)
where e.resource_key = given.resource_key

-- name: leave_outbox
-- Its sender is told, unless it was told before and a lowered `sent` brought the message here again.
with gone as (
    delete from intake.outbox where message_key = any(%(keys)b::bytea[]) returning message_key, again
)
insert into intake.outcome (sender, message_key, outcome)
select m.sender, gone.message_key, 'applied'
from gone join intake.message m using (message_key)
where not gone.again order by gone.message_key

-- name: digest_source_records
select id, person, sum from record.source_record where person is not null order by id

-- name: digest_versions
select source_record, resource_key, content, instant, version_id, own, content_hash from record.version

-- name: digest_entries
select e.source_record, e.resource_key, e.entry_key, e.kind, e.content_hash,
       best.content_hash = e.content_hash and best.instant = e.instant as is_current
from record.entry e
left join lateral (
    select v.content_hash, v.instant from record.version v where v.resource_key = e.resource_key
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit 1
) best on true

-- name: write_assets
insert into record.asset as kept (resource_key, source_record, sender, instant, version_id, own, content_hash, content,
                                  names)
select key, source_record, sender, instant, version_id, own, hash, content,
       array(select jsonb_array_elements_text(names::jsonb))
from unnest(%(keys)b::bytea[], %(source_records)b::bytea[], %(senders)b::text[], %(instants)b::bigint[],
            %(version_ids)b::bigint[], %(owns)b::smallint[], %(hashes)b::bytea[], %(contents)b::bytea[],
            %(names)b::text[])
     as given(key, source_record, sender, instant, version_id, own, hash, content, names)
order by key
on conflict (resource_key) do update
set instant = excluded.instant, version_id = excluded.version_id, own = excluded.own,
    content_hash = excluded.content_hash, content = excluded.content, names = excluded.names
where (kept.instant, kept.version_id, kept.own, kept.content_hash)
      < (excluded.instant, excluded.version_id, excluded.own, excluded.content_hash)
