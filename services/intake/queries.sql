-- name: accept
-- One statement, so that a message, its delivery and its place in the outbox are there together or not at all.
with given as (
    select * from unnest(%(keys)b::bytea[], %(senders)b::text[], %(source_records)b::bytea[], %(sent)b::bigint[],
                         %(needs_sent)b::bool[], %(notes)b::jsonb[], %(sender_ids)b::text[], %(told_at)b::bigint[],
                         %(nhs_numbers)b::text[], %(corrects)b::bytea[], %(bodies)b::bytea[])
        as given(message_key, sender, source_record, sent, needs_sent, notes, sender_id, told_at, nhs_number,
                 corrects, body)
), new as (
    insert into intake.message (message_key, sender, source_record, sent, needs_sent, received_at, notes, sender_id,
                                told_at, nhs_number, corrects, body)
    select message_key, sender, source_record, sent, needs_sent, clock_timestamp(), notes, sender_id, told_at,
           nhs_number, corrects, body
    from given order by message_key
    on conflict do nothing
    returning message_key, source_record, received_at
), queued as (
    insert into intake.outbox (message_key, source_record, accepted_at)
    select message_key, source_record, received_at from new
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
insert into intake.quarantine (message_key, sender, door, received_at, sent, cause, issues, body)
select message_key, sender, door, clock_timestamp(), sent, cause, issues, body
from unnest(%(keys)b::bytea[], %(senders)b::text[], %(doors)b::text[], %(sent)b::bigint[], %(causes)b::text[],
            %(issues)b::jsonb[], %(bodies)b::bytea[])
    as given(message_key, sender, door, sent, cause, issues, body)
order by message_key
on conflict do nothing
returning message_key

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
