-- name: events_after
select txid::text, seq, sender, message_key, outcome, at from intake.outcome
where sender = %(whose)s and (txid, seq) > (%(txid)s::text::xid8, %(seq)s)
  and txid < pg_snapshot_xmin(pg_current_snapshot())
order by outcome.txid, seq limit %(most)s

-- name: senders
select distinct sender from intake.outcome order by sender

-- name: stops_after
select txid::text, seq, organisation, at, told from delivery.notice
where organisation = %(whose)s and (txid, seq) > (%(txid)s::text::xid8, %(seq)s)
  and txid < pg_snapshot_xmin(pg_current_snapshot())
order by notice.txid, seq limit %(most)s

-- name: first_stops_since
select txid::text, seq from delivery.notice
where organisation = %(whose)s and at >= %(since)s and txid < pg_snapshot_xmin(pg_current_snapshot())
order by notice.txid, seq limit 1

-- name: first_events_since
select txid::text, seq from intake.outcome
where sender = %(whose)s and at >= %(since)s and txid < pg_snapshot_xmin(pg_current_snapshot())
order by outcome.txid, seq limit 1

-- name: latest_events
-- One for each message: what became of it last, a later delivery of it apart.
with mine as (
    select message_key, min(received_at) as received_at
    from (
        select message_key, received_at from intake.message
        where sender = %(sender)s
          and (message_key = %(key)b or left(sender_id, 256) = left(%(sender_id)s, 256) and sender_id = %(sender_id)s)
        union all
        select message_key, received_at from intake.quarantine
        where sender = %(sender)s
          and (message_key = %(key)b or left(sender_id, 256) = left(%(sender_id)s, 256) and sender_id = %(sender_id)s)
    ) found
    group by message_key
)
select last.* from mine
cross join lateral (
    select txid::text, seq, sender, message_key, outcome, at from intake.outcome
    where message_key = mine.message_key
    order by (outcome = 'duplicate'), outcome.txid desc, seq desc limit 1
) last
order by mine.received_at desc, mine.message_key limit %(most)s

-- name: pending
-- One statement, so as of one moment: what comes about later stands behind all of these, whichever of the two it is.
select txid::text, seq, whose, message_key, outcome, at, told from (
    (select txid, seq, sender as whose, message_key, outcome, at, null::jsonb as told from intake.outcome
     where published_at is null and txid < pg_snapshot_xmin(pg_current_snapshot())
     order by txid, seq limit %(most)s)
    union all
    (select txid, seq, organisation, null, null, at, told from delivery.notice
     where published_at is null and txid < pg_snapshot_xmin(pg_current_snapshot())
     order by txid, seq limit %(most)s)
) waiting
order by waiting.txid, seq limit %(most)s

-- name: described
select asked.message_key, m.message_key is not null, least(m.received_at, q.received_at),
       coalesce(m.sender_id, q.sender_id), coalesce(m.notes, '[]'), coalesce(q.issues, '[]'),
       m.corrects, wrong.sender_id, correction.message_key, correction.sender_id,
       coalesce(octet_length(m.body), 0)
from unnest(%(keys)b::bytea[]) as asked(message_key)
left join intake.message m using (message_key)
left join intake.quarantine q using (message_key)
left join intake.quarantine wrong on wrong.message_key = m.corrects
left join lateral (
    select c.message_key, c.sender_id from intake.message c
    where c.corrects = q.message_key and c.sender = q.sender
    order by c.received_at desc limit 1
) correction on true

-- name: bodies
select m.message_key, m.source_record, m.sent, m.corrects is null,
       not exists (select from intake.outbox o where o.message_key = m.message_key and not o.again), m.body
from intake.message m where m.message_key = any(%(keys)b::bytea[])

-- name: standings
-- Of each version asked for: who told it first, and who tells the one that the record shows in its place.
select asked.place::int, own.message_key, head.instant, head.version_id, head.own, head.content_hash, now.message_key
from unnest(%(resource_keys)b::bytea[], %(instants)b::bigint[], %(version_ids)b::bigint[], %(own)b::smallint[],
            %(content_hashes)b::bytea[])
    with ordinality as asked(resource_key, instant, version_id, own, content_hash, place)
join record.entry head using (resource_key)
left join lateral (
    select v.message_key from record.version v
    where v.resource_key = asked.resource_key and v.instant = asked.instant and v.version_id = asked.version_id
      and v.own = asked.own and v.content_hash = asked.content_hash
    order by v.sent_by limit 1
) own on true
left join lateral (
    select v.message_key from record.version v
    where (head.instant, head.version_id, head.own, head.content_hash)
          <> (asked.instant, asked.version_id, asked.own, asked.content_hash)
      and v.resource_key = asked.resource_key and v.instant = head.instant and v.version_id = head.version_id
      and v.own = head.own and v.content_hash = head.content_hash
    order by v.sent_by limit 1
) now on true

-- name: versions_before
-- The content that each of these versions came after, in rank.
select asked.place::int, before.content
from unnest(%(resource_keys)b::bytea[], %(instants)b::bigint[], %(version_ids)b::bigint[], %(own)b::smallint[],
            %(content_hashes)b::bytea[])
    with ordinality as asked(resource_key, instant, version_id, own, content_hash, place)
cross join lateral (
    select v.content from record.version v
    where v.resource_key = asked.resource_key
      and (v.instant, v.version_id, v.own, v.content_hash)
          < (asked.instant, asked.version_id, asked.own, asked.content_hash)
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit 1
) before

-- name: sender_ids
select message_key, sender_id from intake.message
where message_key = any(%(keys)b::bytea[]) and sender = %(sender)s

-- name: known_ids
select asked.id from unnest(%(sender_ids)s::text[]) as asked(id)
where exists (select from intake.message where left(sender_id, 256) = left(asked.id, 256) and sender_id = asked.id)

-- name: reused_ids
-- A correction has the id of what it corrects, rightly.
select m.sender_id, count(*) - 1
from unnest(%(sender_ids)s::text[]) as asked(id)
join intake.message m on left(m.sender_id, 256) = left(asked.id, 256) and m.sender_id = asked.id
where m.sender = %(sender)s and m.corrects is null
group by m.sender_id having count(*) > 1

-- name: reused_request_ids
select r.message_key, count(distinct other.message_key)
from intake.request r
join intake.request other using (sender, request_id)
where r.message_key = any(%(keys)b::bytea[]) and other.message_key <> r.message_key
group by r.message_key

-- name: take_turn
-- One delivery process at a time, so that two never break the order; whoever stops lets go within 10 s.
select pg_try_advisory_xact_lock(6021025)

-- name: broker
select incarnation from delivery.broker

-- name: forget_broker
-- What was published within the last day is published again to the new one; older outcomes are read over HTTP.
with gone as (delete from delivery.broker where incarnation <> %(incarnation)s returning true),
notices as (
    update delivery.notice set published_at = null
    where published_at is not null and at > now() - interval '1 day' and exists (select from gone)
)
update intake.outcome set published_at = null
where published_at is not null and at > now() - interval '1 day' and exists (select from gone)

-- name: know_broker
insert into delivery.broker values (%(incarnation)s) on conflict do nothing

-- name: mark_published
update intake.outcome o set published_at = now()
from unnest(%(txids)s::text[], %(seqs)b::bigint[]) as given(txid, seq)
where o.txid = given.txid::xid8 and o.seq = given.seq

-- name: mark_stops_published
update delivery.notice n set published_at = now()
from unnest(%(txids)s::text[], %(seqs)b::bigint[]) as given(txid, seq)
where n.txid = given.txid::xid8 and n.seq = given.seq

-- name: backlog
select count(*), coalesce(extract(epoch from min(at)), 0)::float8
from (
    select at from intake.outcome where published_at is null
    union all
    select at from delivery.notice where published_at is null
) waiting
