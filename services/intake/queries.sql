-- name: accept
-- One statement, so that a message, its delivery and its place in the outbox are there together or not at all.
-- One that was quarantined under other rules is resolved by this: its row is locked first, as by whoever resolves it.
with given as (
    select * from unnest(%(keys)b::bytea[], %(senders)b::text[], %(source_records)b::bytea[], %(sent)b::bigint[],
                         %(needs_sent)b::bool[], %(notes)b::jsonb[], %(sender_ids)b::text[], %(told_at)b::bigint[],
                         %(nhs_numbers)b::text[], %(corrects)b::bytea[], %(bodies)b::bytea[])
        as given(message_key, sender, source_record, sent, needs_sent, notes, sender_id, told_at, nhs_number,
                 corrects, body)
), quarantined as materialized (
    select message_key, sent from intake.quarantine where message_key = any(%(keys)b::bytea[])
    order by message_key for update
), new as (
    insert into intake.message (message_key, sender, source_record, sent, needs_sent, received_at, notes, sender_id,
                                told_at, nhs_number, corrects, body)
    select g.message_key, g.sender, g.source_record, least(g.sent, q.sent), g.needs_sent, clock_timestamp(), g.notes,
           g.sender_id, g.told_at, g.nhs_number, g.corrects, g.body
    from given g left join quarantined q using (message_key) order by message_key
    on conflict do nothing
    returning message_key, source_record, received_at
), queued as (
    insert into intake.outbox (message_key, source_record, accepted_at)
    select message_key, source_record, received_at from new
), resolved as (
    update intake.quarantine q
    set resolution = 'accepted', resolved_at = clock_timestamp(), resolved_by = null, reason = null
    from new where q.message_key = new.message_key and (q.resolution is null or q.resolution = 'dismissed')
)
select message_key from new

-- name: lower_sent
-- A delivery with an earlier `sent` than those before it: what was ranked by the later one is applied again.
with given as (
    select * from unnest(%(keys)b::bytea[], %(sent)b::bigint[]) as given(message_key, sent)
), lowered as (
    update intake.message m set sent = given.sent
    from given where m.message_key = given.message_key and m.needs_sent and m.sent > given.sent
    returning m.message_key, m.source_record
)
insert into intake.outbox (message_key, source_record, accepted_at, again)
select message_key, source_record, clock_timestamp(), true from lowered order by message_key
on conflict (message_key) do update set published_at = null, incarnation = null
returning message_key

-- name: quarantine
-- Its `sent` is the least over its deliveries, as a message's is.
with given as (
    select * from unnest(%(keys)b::bytea[], %(senders)b::text[], %(doors)b::text[], %(sent)b::bigint[],
                         %(sender_ids)b::text[], %(causes)b::text[], %(issues)b::jsonb[], %(bodies)b::bytea[])
        as given(message_key, sender, door, sent, sender_id, cause, issues, body)
), new as (
    insert into intake.quarantine (message_key, sender, door, received_at, sent, sender_id, cause, issues, body)
    select message_key, sender, door, clock_timestamp(), sent, sender_id, cause, issues, body
    from given order by message_key
    on conflict do nothing
    returning message_key
), lowered as (
    update intake.quarantine q set sent = given.sent
    from given where q.message_key = given.message_key and given.sent < q.sent
)
select message_key from new

-- name: deliver
-- A delivery that was recorded before (Kafka brought it again) is told to nobody twice.
with given as (
    select * from unnest(%(ids)b::bytea[], %(keys)b::bytea[], %(senders)b::text[], %(outcomes)b::text[])
        with ordinality as given(id, key, sender, outcome, place)
), recorded as (
    insert into intake.delivery (delivery_id, message_key) select id, key from given order by id
    on conflict do nothing
    returning delivery_id
)
insert into intake.outcome (sender, message_key, outcome)
select sender, key, outcome from given where id in (select delivery_id from recorded) order by place

-- name: ledger_read
select topic, partition, next_offset from intake.ledger
where incarnation = %(incarnation)s and (topic, partition) in
    (select * from unnest(%(topics)b::text[], %(partitions)b::int[]))

-- name: ledger_write
insert into intake.ledger (incarnation, topic, partition, next_offset)
select %(incarnation)s, * from unnest(%(topics)b::text[], %(partitions)b::int[], %(offsets)b::bigint[])
    as given(topic, partition, next_offset) order by topic, partition
on conflict (incarnation, topic, partition) do update set next_offset = excluded.next_offset

-- name: begin_request
-- Whether this client's request with this id and body is ours to answer, and whether it was answered before. The
-- lock is held to the end of the transaction; who waits for nobody sees what was committed under it all the same,
-- by the conflict.
with locked as materialized (
    select pg_try_advisory_xact_lock(%(lock)s) as is_ours
), recorded as (
    insert into intake.request (sender, request_id, message_key)
    select %(sender)s, %(request_id)s, %(key)b from locked where is_ours
    on conflict do nothing
    returning message_key
)
select is_ours, exists (select from recorded),
       exists (select from intake.request
               where sender = %(sender)s and request_id = %(request_id)s and message_key <> %(key)b)
from locked

-- name: count_refusal
insert into intake.refusal (sender, day, rule, count) values (%(sender)s, current_date, %(rule)s, 1)
on conflict (sender, day, rule) do update set count = refusal.count + 1

-- name: take_delivery
-- Whoever brings the same delivery at the same time waits for the one before.
select pg_advisory_xact_lock(%(lock)s)

-- name: delivered
-- What was accepted under a delivery's id.
select m.message_key, m.source_record
from intake.delivery d join intake.message m using (message_key) where d.delivery_id = %(id)b
