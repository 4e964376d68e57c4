-- name: persons_after
-- The next persons by id of whom some system tells a referral. A person's id is that of its least member.
select s.id
from record.source_record s
where s.person = s.id and s.id > %(after)s
  and exists (select from record.source_record m join record.entry e on e.source_record = m.id and e.kind = %(referral)s
              where m.person = s.id)
order by s.id limit %(most)s

-- name: told_of
-- What every system currently says of these persons, of these kinds.
select s.person, e.resource_key, e.entry_key, e.source_record, s.sender, current.content,
       e.instant, e.version_id, e.own, e.content_hash
from record.source_record s
cross join unnest(%(kinds)s::text[]) as asked(kind)
cross join lateral (
    select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
) e
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where s.person = any(%(persons)s)

-- name: anybody_after
-- The next persons by id, whatever is told of them.
select id from record.source_record where person = id and id > %(after)s order by id limit %(most)s

-- name: earlier_of
-- Kept versions of what names who answers for the care of these persons, the latest of each thing.
select s.person, e.resource_key, e.entry_key, s.id, s.sender, v.*
from record.source_record s
cross join unnest(%(kinds)s::text[]) as asked(kind)
cross join lateral (
    select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
) e
cross join lateral (
    select distinct on (v.instant, v.version_id, v.own, v.content_hash)
           v.content, v.instant, v.version_id, v.own, v.content_hash
    from record.version v where v.resource_key = e.resource_key
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit 50
) v
where s.person = any(%(persons)s)

-- name: tellings
-- By kind, how many things are told as entries, and how many entries these are.
select kind, count(*), count(distinct entry_key) from record.entry where kind <> 'context' group by kind
