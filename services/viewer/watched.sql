-- name: clear_boards
delete from watch.board

-- name: write_boards
insert into watch.board (organisation, person, why, thread, since, returns, service)
select * from unnest(%(organisations)b::text[], %(persons)b::bytea[], %(whys)b::text[], %(threads)b::bytea[],
                     %(sinces)b::bigint[], %(returns)b::int[], %(services)b::text[])
on conflict do nothing

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
