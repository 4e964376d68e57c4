-- name: doubtful
-- Pairs that are or may be one entry and are two: first what a rule or a steward holds to be certainly one, then what is
-- possible; the nearest first.
select d.one, d.other, d.grade, d.rule, d.nearness
from record.duplicate d
where d.in_doubt and d.grade <> 'certainly-not'
  and (d.grade, -d.nearness, d.one, d.other) > (%(grade)s, %(nearness)s, %(one)b, %(other)b)
order by d.grade, -d.nearness, d.one, d.other limit %(most)s

-- name: things
-- What is told of these things, as it is current.
select e.source_record, e.resource_key, s.sender, s.person, e.entry_key, e.kind, e.facet, current.content,
       e.instant, e.version_id, e.own, e.content_hash
from record.entry e
join record.source_record s on s.id = e.source_record
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where e.resource_key = any(%(keys)b::bytea[]) and e.kind <> %(context)b

-- name: things_of_entries
-- Of these persons, the things that are in these entries.
select e.resource_key
from unnest(%(entries)b::bytea[]) as given(key)
cross join lateral (select * from record.entry o where o.entry_key = given.key offset 0) e
join record.source_record s on s.id = e.source_record
where s.person = any(%(persons)b::bytea[])

-- name: things_between
select resource_key from record.entry
where resource_key between %(least)b and %(greatest)b and kind <> %(context)b order by resource_key limit 2

-- name: decided_between
-- What is decided of the things of two entries, one of each, the nearest first.
select d.one, d.other, d.grade
from record.duplicate d
where (d.one = any(%(ones)b::bytea[]) and d.other = any(%(others)b::bytea[]))
   or (d.one = any(%(others)b::bytea[]) and d.other = any(%(ones)b::bytea[]))
order by d.nearness desc, d.one, d.other
