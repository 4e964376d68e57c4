-- name: mark_published
-- A row that the record is applying just now is locked, and will be gone: no need to wait for it.
with mine as (
    select message_key from intake.outbox where message_key = any(%(keys)b::bytea[])
    order by message_key for update skip locked
)
update intake.outbox o
set incarnation = %(incarnation)s, partition = given.partition, "offset" = given.kept_at, published_at = now()
from unnest(%(keys)b::bytea[], %(partitions)b::int[], %(offsets)b::bigint[]) as given(message_key, partition, kept_at)
join mine using (message_key)
where o.message_key = given.message_key

-- name: lost
-- Never published; or published to a broker that is no more; or read past and not applied. A backlog is none of these.
select o.message_key, o.source_record
from intake.outbox o
left join unnest(%(partitions)b::int[], %(committed)b::bigint[]) as read(partition, next_offset) using (partition)
where (o.published_at is null and o.accepted_at < now() - make_interval(secs => %(unpublished)s))
   or (o.published_at is not null and o.incarnation <> %(incarnation)s)
   or (o.published_at < now() - make_interval(secs => %(unapplied)s) and o."offset" < read.next_offset)
order by o.message_key
limit %(most)s
for update of o skip locked

-- name: is_in_flight
select exists (select from intake.outbox where message_key = %(key)b)

-- name: waiting
-- What is quarantined and unresolved, and how much of it withholds a record.
select count(*), coalesce(extract(epoch from min(q.received_at)), 0)::float8,
       count(*) filter (where exists (select from intake.hold h where h.message_key = q.message_key))
from intake.quarantine q where q.resolution is null

-- name: counts
select (select count(*) from intake.delivery),
       (select count(*) from intake.message),
       (select count(*) from intake.quarantine q
        where not exists (select from intake.message m where m.message_key = q.message_key)),
       (select count(*) from intake.outbox),
       (select coalesce(extract(epoch from min(accepted_at)), 0)::float8 from intake.outbox)
