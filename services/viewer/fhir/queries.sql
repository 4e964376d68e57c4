-- name: things
-- A page of what is told of a person, of these kinds, newest first. Of each kind and each source record no more is looked
-- at than a page has; and a page ends behind the thing with which it is `most_bytes` long. Where one kind is of two resource types, `type` says which, as JSON writes it; else it is empty.
with found as materialized (
    select e.*
    from record.source_record s
    cross join unnest(%(kinds)b::text[]) as asked(kind)
    cross join lateral (
        select e.resource_key, e.source_record, s.sender, e.occurred, e.instant, e.version_id, e.own, e.content_hash
        from record.entry e
        where e.source_record = s.id and e.kind = asked.kind
          and e.occurred <= %(occurred)s and (e.occurred < %(occurred)s or e.resource_key > %(key)s)
          and e.instant >= %(least)s and e.instant < %(before)s
          and case when %(type)b::text = '' then true else (
              select (convert_from(v.content, 'UTF8')::json -> 'resourceType')::text = %(type)b::text
              from record.version v
              where v.resource_key = e.resource_key and v.instant = e.instant
                and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
              limit 1) end
        order by e.occurred desc, e.resource_key limit %(most)s
    ) e
    where s.person = %(person)s
    order by e.occurred desc, e.resource_key limit %(most)s
)
select told.resource_key, told.source_record, told.sender, told.occurred, told.content, told.message_key,
       told.instant, told.version_id, told.own, told.content_hash, (select count(*) from found)
from (
    select found.*, current.content, current.message_key,
           sum(length(current.content)) over (order by found.occurred desc, found.resource_key)
               - length(current.content) as bytes_before
    from found
    cross join lateral (
        select v.content, v.message_key from record.version v
        where v.resource_key = found.resource_key and v.instant = found.instant
          and v.version_id = found.version_id and v.own = found.own and v.content_hash = found.content_hash
        order by v.sent_by limit 1
    ) current
) told
where told.bytes_before < %(most_bytes)s
order by told.occurred desc, told.resource_key

-- name: thing
select e.resource_key, e.source_record, s.sender, e.occurred, current.content, current.message_key,
       e.instant, e.version_id, e.own, e.content_hash
from record.entry e
join record.source_record s on s.id = e.source_record
cross join lateral (
    select v.content, v.message_key from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    order by v.sent_by limit 1
) current
where e.resource_key = %(key)s and s.person = %(person)s

-- name: person_of
-- Whose the thing with this key is now.
select s.person from record.entry e join record.source_record s on s.id = e.source_record
where e.resource_key = %(key)s and s.person is not null

-- name: types
-- Of what kind these things are; and where that does not say it, of which resource type, as JSON writes it.
select e.resource_key, e.kind,
       case when e.kind = any(%(unsure)b::text[]) then (
           select (convert_from(v.content, 'UTF8')::json -> 'resourceType')::text
           from record.version v
           where v.resource_key = e.resource_key and v.instant = e.instant
             and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
           limit 1) else '' end
from record.entry e where e.resource_key = any(%(keys)b::bytea[])

-- name: near
-- The persons one of whose source records shares a blocking key; `offset 0` holds the planner to the index on tokens.
select distinct s.person
from unnest(%(tokens)b::bigint[]) as given(token)
cross join lateral (
    select b.source_record from record.blocking b where b.token = given.token offset 0
) found
join record.source_record s on s.id = found.source_record
where s.person is not null
order by s.person limit %(most)s
