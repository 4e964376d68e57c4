-- name: source_records
select id, sender from record.source_record where person = %(person)s order by id

-- name: numbers
select distinct number from record.number where source_record = any(%(records)b::bytea[]) order by number

-- name: ruling_keys
-- Rulings of stewards on any of them, or on what they tell of.
select message_key from record.ruling where one = any(%(records)b::bytea[]) or other = any(%(records)b::bytea[])
union
select message_key from record.entry_ruling
where one_record = any(%(records)b::bytea[]) or other_record = any(%(records)b::bytea[])

-- name: messages
-- Whatever is kept of them as it came; stewards' rulings are messages too.
select message_key, sender, source_record, received_at, sender_id, corrects, body from intake.message
where source_record = any(%(records)b::bytea[]) or message_key = any(%(rulings)b::bytea[])
order by received_at, message_key

-- name: quarantined
-- What could not be accepted and is known to be about them: it holds their record, or holds their NHS number, or was
-- corrected into one of these messages.
select q.message_key, q.sender, q.received_at, q.sender_id, q.issues, q.resolution, q.resolved_at, q.resolved_by,
       q.reason, q.body
from intake.quarantine q
where q.message_key = any(%(corrected)b::bytea[])
   or exists (select from intake.hold h where h.message_key = q.message_key and h.token = any(%(tokens)s::text[]))
   or exists (select from unnest(%(numbers)s::text[]) number
              where position(convert_to(number, 'UTF8') in q.body) > 0)
   or q.message_key = any(%(named)b::bytea[])
order by q.received_at, q.message_key

-- name: of_senders
select message_key, sender, body from intake.quarantine where sender = any(%(senders)s::text[])

-- name: holds
select message_key, reason, min(token) from intake.hold where token = any(%(tokens)s::text[])
group by message_key, reason order by message_key, reason

-- name: deliveries
select message_key, count(*) from intake.delivery where message_key = any(%(keys)b::bytea[])
group by message_key order by message_key

-- name: outcomes
select message_key, sender, outcome, at, published_at from intake.outcome where message_key = any(%(keys)b::bytea[])
order by txid, seq

-- name: given
-- How far whose system was given their record, and was not told to stop showing it since.
select organisation, sender, kinds, referrals, whereabouts, given_at from delivery.given
where subject = any(%(records)b::bytea[]) order by organisation, sender, source_record

-- name: notices
-- Who was told to stop showing it.
select organisation, told, at, published_at from delivery.notice where subject = any(%(records)b::bytea[])
order by txid, seq

-- name: glass
-- When somebody opened their record although it was closed to them, and why.
select user_id, organisation, reason, broken_at, closes_at from access.broken_glass
where person = any(%(records)b::bytea[]) order by broken_at

-- name: requests
-- The requests of BaRS clients by which the messages came.
select message_key, sender, request_id from intake.request where message_key = any(%(keys)b::bytea[])
order by message_key, request_id

-- name: traces
-- That the Personal Demographics Service was asked, and what came of it.
select source_record, asked_at, outcome from pds.trace where source_record = any(%(records)b::bytea[])
order by source_record

-- name: uploads
-- Sheets with their NHS number in them: other people are in these too, so only which they are is told.
select id, sender, kind, filename, uploaded_at from intake.upload u
where exists (select from unnest(%(numbers)s::text[]) number where position(convert_to(number, 'UTF8') in u.body) > 0)
order by uploaded_at, id
