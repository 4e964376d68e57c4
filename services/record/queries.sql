-- name: read_messages
select o.message_key, m.source_record, m.sender, m.sent, m.corrects is null, m.body
from intake.outbox o join intake.message m using (message_key)
where o.message_key = any(%(keys)b::bytea[])

-- name: ensure_source_records
insert into record.source_record (id, sender)
select * from unnest(%(ids)b::bytea[], %(senders)b::text[]) as given(id, sender) order by id
on conflict do nothing

-- name: ensure_blocking
insert into record.blocking (token, source_record)
select * from unnest(%(tokens)b::text[], %(ids)b::bytea[]) as given(token, id) order by token, id
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

-- name: component
-- Every source record that shares a blocking token with these, and with those, and so on.
with recursive member(id) as (
    select unnest(%(ids)b::bytea[])
    union
    select near.source_record
    from member
    join record.blocking own on own.source_record = member.id
    join record.blocking near on near.token = own.token
)
select id from member

-- name: lock_source_records
select id, person, demographics, sum from record.source_record
where id = any(%(ids)b::bytea[])
order by id
for no key update

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
select resource_key, source_record, entry_key, kind, instant, version_id, own, content_hash
from record.entry where resource_key = any(%(keys)b::bytea[])

-- name: write_entries
insert into record.entry
    (resource_key, source_record, entry_key, kind, occurred, instant, version_id, own, content_hash)
select * from unnest(%(resource_keys)b::bytea[], %(source_records)b::bytea[], %(entry_keys)b::bytea[],
                     %(kinds)b::text[], %(occurred)b::bigint[], %(instants)b::bigint[],
                     %(version_ids)b::bigint[], %(own)b::smallint[], %(content_hashes)b::bytea[])
on conflict (resource_key) do update
set entry_key = excluded.entry_key, occurred = excluded.occurred, instant = excluded.instant,
    version_id = excluded.version_id, own = excluded.own, content_hash = excluded.content_hash

-- name: write_source_records
update record.source_record s
set person = given.person, demographics = given.demographics, sum = given.sum
from unnest(%(ids)b::bytea[], %(persons)b::bytea[], %(demographics)b::jsonb[], %(sums)b::bytea[])
    as given(id, person, demographics, sum)
where s.id = given.id

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
