-- name: hold
insert into intake.hold (message_key, token, reason)
select * from unnest(%(keys)b::bytea[], %(tokens)b::text[], %(reasons)b::text[]) as given(message_key, token, reason)
on conflict do nothing

-- name: name
insert into intake.named (message_key, token)
select * from unnest(%(keys)b::bytea[], %(tokens)b::text[]) as given(message_key, token)
on conflict do nothing

-- name: groups
-- What waits, by cause and sender; what cannot wait first, then the oldest. The example is the oldest of its group,
-- and of those that cannot wait where there are any.
with risky as (
    select distinct message_key, true as at_risk from intake.hold
)
select q.cause, q.sender, q.resolution, count(*), count(*) filter (where risky.at_risk and q.resolution is null),
       min(q.received_at), max(q.received_at),
       (array_agg(q.message_key order by risky.at_risk, q.received_at, q.message_key))[1]
from intake.quarantine q left join risky using (message_key)
where (%(all)s or q.resolution is null)
  and (%(cause)s::text is null or q.cause = %(cause)s)
  and (%(sender)s::text is null or q.sender = %(sender)s)
group by q.cause, q.sender, q.resolution
order by count(*) filter (where risky.at_risk and q.resolution is null) > 0 desc, min(q.received_at), q.cause, q.sender

-- name: messages
-- One row each, in the same order, without the body.
select q.message_key, q.sender, q.door, q.received_at, q.sent, q.cause, q.issues, octet_length(q.body),
       array(select distinct h.reason from intake.hold h where h.message_key = q.message_key),
       array(select distinct h.token from intake.hold h where h.message_key = q.message_key),
       q.resolution, q.resolved_at, q.resolved_by, q.reason,
       (select m.message_key from intake.message m where m.corrects = q.message_key limit 1)
from intake.quarantine q
where (%(key)b::bytea is null or q.message_key = %(key)b)
  and (%(all)s or q.resolution is null)
  and (%(cause)s::text is null or q.cause = %(cause)s)
  and (%(sender)s::text is null or q.sender = %(sender)s)
order by (q.resolution is null and exists (select from intake.hold h where h.message_key = q.message_key)) desc,
         q.received_at, q.message_key
limit %(most)s

-- name: keys_between
select message_key from intake.quarantine where message_key between %(least)b and %(greatest)b limit 2

-- name: body
select body from intake.quarantine where message_key = %(key)b

-- name: waiting
-- The unresolved messages of one cause, in key order, with how many bytes each has.
select message_key, octet_length(body) from intake.quarantine
where resolution is null
  and (%(keys)b::bytea[] is null or message_key = any(%(keys)b::bytea[]))
  and (%(cause)s::text is null or cause = %(cause)s)
  and (%(sender)s::text is null or sender = %(sender)s)
order by message_key

-- name: as_received
select message_key, sender, sent, door, body from intake.quarantine -- a delivery that records none
where message_key = any(%(keys)b::bytea[]) and resolution is null

-- name: lock
-- Whoever resolves a message holds its row; the others find it resolved.
select message_key, resolution, resolved_at, resolved_by from intake.quarantine
where message_key = any(%(keys)b::bytea[]) order by message_key for update

-- name: resolve
-- And its sender is told.
with resolved as (
    update intake.quarantine
    set resolution = %(resolution)s, resolved_at = clock_timestamp(), resolved_by = %(by)s, reason = %(reason)s
    where message_key = %(key)b
    returning sender, message_key, resolution
)
insert into intake.outcome (sender, message_key, outcome) select sender, message_key, resolution from resolved

-- name: resolved_by
-- Acceptance says what became of these; this says who asked it to look again.
update intake.quarantine set resolved_by = %(by)s where message_key = any(%(keys)b::bytea[])

-- name: refresh
-- What keeps these from being accepted under the present rules.
update intake.quarantine q set cause = given.cause, issues = given.issues
from unnest(%(keys)b::bytea[], %(causes)b::text[], %(issues)b::jsonb[]) as given(message_key, cause, issues)
where q.message_key = given.message_key

-- name: told_accepted
insert into intake.outcome (sender, message_key, outcome)
select sender, message_key, 'accepted' from intake.message where message_key = any(%(keys)b::bytea[])
order by message_key
