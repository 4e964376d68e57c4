-- name: everything
select writer, seq, recorded_at, event, previous, hash from audit.event order by writer, seq

-- name: latest
-- The newest events, of those that concern one of these things and are of this kind, where either is asked for.
select writer, seq, event from audit.event
where (%(about)s::jsonb[] is null or event -> 'entity' @> any(%(about)s::jsonb[]))
  and (%(kind)s::text is null or event #>> '{subtype,0,code}' = %(kind)s)
order by recorded_at desc, writer, seq desc
limit %(most)s
