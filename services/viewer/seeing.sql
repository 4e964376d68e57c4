-- name: consents
-- What each system currently says of what these persons agreed to. Whoever plans it takes a person for one of whom little
-- is told, and may read all of it; `offset 0` and a kind at a time hold it to the index on kinds, here and below.
select e.source_record, e.instant, current.content
from record.source_record s
cross join unnest('{Consent}'::text[]) as asked(kind)
cross join lateral (
    select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
) e
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where s.person = any(%(persons)b::bytea[])
order by e.resource_key

-- name: labels
-- How confidential each system says that it is to be known at all: its Patient says so, and no other thing.
select source_record, label from record.entry where resource_key = any(%(patients)b::bytea[]) and label > 0

-- name: parties
-- What each system currently says of whom a referral asks, who answers it, and who is in the team.
select e.source_record, e.resource_key, current.content
from record.source_record s
cross join unnest('{Referral,Referral answer,Care team}'::text[]) as asked(kind)
cross join lateral (
    select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
) e
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where s.person = any(%(persons)b::bytea[])
order by e.resource_key

-- name: open
-- What is asked within is planned once and not for each person: it never depends on whom, and planning took longer than
-- the answer.
select set_config('carethread.opened', %(opened)s, true), set_config('carethread.opened_things', %(things)s, true),
       set_config('plan_cache_mode', 'force_generic_plan', true)

-- name: broken
-- When the glass closes again that this reader broke.
select person, max(closes_at) from access.broken_glass
where person = any(%(persons)b::bytea[]) and user_id = %(user)s and organisation = %(organisation)s and closes_at > now()
group by person
