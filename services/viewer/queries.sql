-- name: persons_by_id
-- Any member's id finds the person that it belongs to now.
select distinct person from record.source_record where id = %(id)s and person is not null

-- name: persons_by_number
select distinct s.person
from record.number n join record.source_record s on s.id = n.source_record
where n.number = %(number)s and s.person is not null
order by s.person

-- name: persons
-- A person's id is that of its least member.
select least.id, least.demographics,
       (select count(*) from record.source_record s where s.person = least.id) as systems
from record.source_record least
where least.person = least.id
order by least.id limit %(most)s

-- name: source_records
select id, sender, demographics from record.source_record where person = %(person)s order by id

-- name: entries
select e.source_record, e.resource_key, e.entry_key, e.kind, e.occurred, current.content,
       (select count(distinct (v.instant, v.version_id, v.own, v.content_hash))
        from record.version v where v.resource_key = e.resource_key) as versions,
       e.instant, e.version_id, e.own, e.content_hash
from record.entry e
join record.source_record s on s.id = e.source_record
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where s.person = %(person)s
order by e.occurred desc, e.entry_key, e.source_record, e.resource_key

-- name: earlier
-- Every kept version of the things of these kinds, the current one too; one that several messages told is one.
select distinct on (v.resource_key, v.instant, v.version_id, v.own, v.content_hash)
       v.resource_key, e.entry_key, s.id, s.sender, v.content, v.instant, v.version_id, v.own, v.content_hash
from record.source_record s
join record.entry e on e.source_record = s.id and e.kind = any(%(kinds)s)
join record.version v on v.resource_key = e.resource_key
where s.person = %(person)s
order by v.resource_key, v.instant, v.version_id, v.own, v.content_hash

-- name: duplicates
-- Pairs of entries of one person that are one or may be, and the rule; of one entry where both are in it. Of several
-- pairs of things between the same two entries the nearest tells the reason.
select distinct on (one.entry_key, other.entry_key, by_pair.rule_of_one)
       one.entry_key, other.entry_key, d.rule
from record.source_record s
join record.entry one on one.source_record = s.id and one.facet <> ''
join record.duplicate d on d.one = one.resource_key
join record.entry other on other.resource_key = d.other
cross join lateral (
    select case when one.entry_key = other.entry_key then d.rule else '' end as rule_of_one
) by_pair
where s.person = %(person)s and d.grade <> 'certainly-not' and (d.rule <> 'ruled' or one.entry_key <> other.entry_key)
order by one.entry_key, other.entry_key, by_pair.rule_of_one, d.nearness desc, d.rule

-- name: ruled_one
-- The entries that stewards ruled to be one, with each ruling that holds.
select distinct one.entry_key, r.instant, r.ruled_by
from record.source_record s
join record.entry_ruling r on r.one_record = s.id and r.verdict = 'same'
join record.entry one on one.resource_key = r.one and one.source_record = r.one_record
join record.entry other on other.resource_key = r.other and other.source_record = r.other_record
where s.person = %(person)s and other.entry_key = one.entry_key
order by one.entry_key, r.instant, r.ruled_by

-- name: told_of_by
select exists (select from record.source_record where person = %(person)s and sender = %(sender)s)

-- name: holds
-- Messages in quarantine that name the person by any number or id of theirs. What resolved one counts once it is in
-- the record: until then the record does not say yet what it must.
with token(token) as (
    select n.number from record.source_record s join record.number n on n.source_record = s.id
    where s.person = %(person)s
    union
    select 'source-record:' || encode(s.id, 'hex') from record.source_record s where s.person = %(person)s
)
select q.message_key, q.received_at, array_agg(distinct h.reason)
from token join intake.hold h using (token) join intake.quarantine q using (message_key)
where q.resolution is null
   or exists (select from intake.outbox o where o.message_key = q.message_key)
   or exists (select from intake.message m join intake.outbox o using (message_key) where m.corrects = q.message_key)
group by q.message_key
order by q.received_at, q.message_key
