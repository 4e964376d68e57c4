-- name: everything
select writer, seq, recorded_at, event, previous, hash from audit.event order by writer, seq

-- name: latest
select writer, seq, event from audit.event
where %(kind)s::text is null or event #>> '{subtype,0,code}' = %(kind)s
order by recorded_at desc, writer, seq desc
limit %(most)s

-- name: about
-- The same of those that concern one of these.
select e.writer, e.seq, e.event
from (
    select distinct e.writer, e.seq from unnest(%(about)s::jsonb[]) one
    join audit.event e on e.event -> 'entity' @> one
) found join audit.event e using (writer, seq)
where %(kind)s::text is null or event #>> '{subtype,0,code}' = %(kind)s
order by e.recorded_at desc, e.writer, e.seq desc
limit %(most)s
