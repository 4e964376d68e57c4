-- name: clear_between
-- What stands of whoever has an id in this range; of all above `after` where there is no last.
delete from watch.board where person > %(after)s and (%(last)b::bytea is null or person <= %(last)b)

-- name: clear_of
-- What stands of these persons, under whichever of their source records they were once known.
delete from watch.board b using record.source_record s where s.id = b.person and s.person = any(%(persons)s)

-- name: write_boards
insert into watch.board (organisation, person, why, thread, since, returns, service)
select * from unnest(%(organisations)b::text[], %(persons)b::bytea[], %(whys)b::text[], %(threads)b::bytea[],
                     %(sinces)b::bigint[], %(returns)b::int[], %(services)b::text[])
on conflict (organisation, why, thread) do update
set person = excluded.person, since = excluded.since, returns = excluded.returns, service = excluded.service

-- name: feed_end
select pg_snapshot_xmin(pg_current_snapshot())::text

-- name: fed
-- What became of messages, after a place in that order: below every open transaction, where none comes in before it any
-- more. And of which source record they tell.
select o.txid::text, o.seq, m.source_record
from (
    select txid, seq, message_key, outcome from intake.outcome
    where (txid, seq) > (%(txid)s::xid8, %(seq)s) and txid < pg_snapshot_xmin(pg_current_snapshot())
    order by txid, seq limit %(most)s
) o
left join intake.message m on m.message_key = o.message_key and o.outcome = 'applied'
order by o.txid, o.seq

-- name: to_place
-- Of the persons of these source records those with referrals; and whoever has by now a referral that stands as theirs.
with told as materialized (select distinct person from record.source_record where id = any(%(records)s))
select person from told
where exists (select from record.source_record s join record.entry e on e.source_record = s.id and e.kind = %(referral)s
              where s.person = told.person)
union
select holds.person
from told
join record.source_record s on s.person = told.person
join watch.board b on b.person = s.id
join record.entry e on e.entry_key = b.thread
join record.source_record holds on holds.id = e.source_record

-- name: write_round
insert into watch.round (name, ended_at, found) values (%(name)s, now(), %(found)s::jsonb)
on conflict (name) do update set ended_at = excluded.ended_at, found = excluded.found

-- name: read_round
select ended_at, found from watch.round where name = %(name)s

-- name: board
-- What stands on one, what waits longest first. The person is who they are by now.
select why, s.person, thread, since, returns, service
from watch.board b join record.source_record s on s.id = b.person
where organisation = %(organisation)s
order by since, thread

-- name: counts
select organisation, why, count(*) from watch.board group by organisation, why

-- name: tellings_of
-- How many things tell of each of these entries, of what whoever asks may see.
select entry_key, count(*) from record.entry where entry_key = any(%(entries)b::bytea[]) group by entry_key
