-- name: forget
-- A sheet that nobody confirmed for a day, and the word of what came of one, hold people's names: they go.
delete from intake.upload where uploaded_at < clock_timestamp() - interval '1 day'

-- name: receive
-- Later than whatever its sender's rows last said, whatever the clock says: the newest upload has the last word.
insert into intake.upload (id, sender, kind, filename, uploaded_at, body)
values (%(id)s, %(sender)s, %(kind)s, %(filename)s,
        greatest(clock_timestamp(), (select max(uploaded_at) + interval '1 microsecond' from intake.upload_row
                                     where sender = %(sender)s and kind = %(kind)s)),
        %(body)s)
returning uploaded_at

-- name: find
select sender, kind, filename, uploaded_at, committed_at, body, result
from intake.upload where id = %(id)s and uploaded_at > clock_timestamp() - interval '1 day'

-- name: said
select reference, content_hash, uploaded_at, message_key from intake.upload_row
where sender = %(sender)s and kind = %(kind)s and reference = any(%(references)s::text[])

-- name: count_rows
select count(*) from intake.upload_row where sender = %(sender)s and kind = %(kind)s

-- name: claim
-- One batch of a sheet at a time, and one of a sender's sheets of one kind.
select done, result from intake.upload where id = %(id)s and committed_at is null for update

-- name: take_turn
select pg_advisory_xact_lock(hashtextextended(%(sender)s || '|' || %(kind)s, 6024))

-- name: bodies
select message_key, body from intake.message where message_key = any(%(keys)s::bytea[])

-- name: say
insert into intake.upload_row (sender, kind, reference, content_hash, message_key, uploaded_at)
select %(sender)s, %(kind)s, reference, content_hash, message_key, uploaded_at
from unnest(%(references)s::text[], %(content_hashes)s::bytea[], %(message_keys)s::bytea[],
            %(uploaded_at)s::timestamptz[])
    as given(reference, content_hash, message_key, uploaded_at)
order by reference
on conflict (sender, kind, reference) do update
set content_hash = excluded.content_hash, message_key = excluded.message_key, uploaded_at = excluded.uploaded_at

-- name: progress
-- Once it is committed its rows are messages: the sheet itself is not kept.
update intake.upload
set done = %(done)s, result = %(result)s,
    committed_at = case when %(finished)s then clock_timestamp() end,
    body = case when %(finished)s then ''::bytea else body end
where id = %(id)s
