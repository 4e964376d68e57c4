-- name: persons_by_id
-- Any member's id finds the person that it belongs to now.
select distinct person from record.source_record where id = %(id)s and person is not null

-- name: persons_by_number
select distinct s.person
from record.number n join record.source_record s on s.id = n.source_record
where n.number = %(number)s and s.person is not null
order by s.person

-- name: found
-- Who shares the terms of a question that weigh most, and what is told of them, as it is compared. All of it is one statement; `offset
-- 0` holds the planner to the index on terms, whatever it makes of arrays.
with near as (
    select found.source_record as id, sum(given.weight) as weight
    from unnest(%(terms)b::bigint[], %(weights)b::int[]) as given(term, weight)
    cross join lateral (
        select f.source_record from record.found_by f where f.term = given.term offset 0
    ) found
    group by found.source_record
    order by weight desc, id limit %(most)s
), persons as (
    select distinct s.person
    from near cross join lateral (
        select o.person from record.source_record o where o.id = near.id offset 0
    ) s
    where s.person is not null
)
select s.person, s.profile
from persons cross join lateral (
    select o.person, o.profile from record.source_record o where o.person = persons.person offset 0
) s
where s.profile is not null
order by s.person

-- name: persons
-- The source records of the first persons. A person's id is that of its least member.
select s.person, s.id, s.sender, s.demographics
from (
    select least.id from record.source_record least where least.person = least.id order by least.id limit %(most)s
) first
join record.source_record s on s.person = first.id
order by s.person, s.id

-- name: source_records
select person, id, sender, demographics from record.source_record
where person = any(%(persons)b::bytea[]) order by person, id

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

-- name: entries_of
-- The same of some entries, and of some things of theirs; the versions are counted of some. `offset 0` holds the planner
-- to the keys: it takes a person for one of whom little is told, and would read all of it.
with found(key) as (
    select e.resource_key
    from unnest(%(keys)b::bytea[]) as given(key)
    cross join lateral (select * from record.entry o where o.entry_key = given.key offset 0) e
    union
    select unnest(%(things)b::bytea[])
)
select e.source_record, e.resource_key, e.entry_key, e.kind, e.occurred, current.content,
       case when e.entry_key = any(%(counted)b::bytea[]) then (
           select count(*) from (
               select from record.version v where v.resource_key = e.resource_key
               group by v.instant, v.version_id, v.own, v.content_hash
           ) told)
       else 1 end as versions,
       e.instant, e.version_id, e.own, e.content_hash
from found
cross join lateral (select * from record.entry o where o.resource_key = found.key offset 0) e
join record.source_record s on s.id = e.source_record
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where s.person = %(person)s
order by e.occurred desc, e.entry_key, e.source_record, e.resource_key

-- name: older
-- The entries from a place on, newest first. Each stands where the latest word on it says that it was.
select found.occurred, found.entry_key
from record.source_record s
cross join lateral (
    select e.occurred, e.entry_key from record.entry e
    where e.source_record = s.id and e.kind <> 'context'
      and e.occurred <= %(occurred)s and (e.occurred < %(occurred)s or e.entry_key >= %(key)s)
      and not exists (
          select from record.entry o
          where o.entry_key = e.entry_key
            and (o.instant > e.instant or (o.instant = e.instant and o.resource_key < e.resource_key)))
    order by e.occurred desc, e.entry_key limit %(most)s
) found
where s.person = %(person)s
order by found.occurred desc, found.entry_key limit %(most)s

-- name: newer
-- The entries before a place, the nearest first.
select found.occurred, found.entry_key
from record.source_record s
cross join lateral (
    select e.occurred, e.entry_key from record.entry e
    where e.source_record = s.id and e.kind <> 'context'
      and e.occurred >= %(occurred)s and (e.occurred > %(occurred)s or e.entry_key < %(key)s)
      and not exists (
          select from record.entry o
          where o.entry_key = e.entry_key
            and (o.instant > e.instant or (o.instant = e.instant and o.resource_key < e.resource_key)))
    order by e.occurred, e.entry_key desc limit %(most)s
) found
where s.person = %(person)s
order by found.occurred, found.entry_key desc limit %(most)s

-- name: outline_state
-- What changes whenever anything does that the outline of a person's timeline is made of, for whoever sees as much.
select coalesce(current_setting('carethread.opened', true), ''),
       coalesce(current_setting('carethread.opened_things', true), ''),
       array_agg(row(id, sum)::text order by id)
from record.source_record where person = %(person)s

-- name: outline
-- All that is told as an entry, in lists of one order: a row for each would take longer than all else.
select s.sender, array_agg(e.entry_key), array_agg(e.occurred), array_agg(e.kind), array_agg(e.instant),
       array_agg(e.resource_key)
from record.source_record s join record.entry e on e.source_record = s.id and e.kind <> 'context'
where s.person = %(person)s
group by s.id, s.sender

-- name: totals
-- How many entries, and how many things that are only context. An entry has the key of one of its things. Counted for
-- each source record by itself: of all at once whoever plans it may count everybody's.
--
-- An entry counts too of which the thing with its key may not be seen, and another may.
select (coalesce(sum(of_one.things - of_one.context), 0) + (
            select count(distinct e.entry_key)
            from record.source_record s
            join record.entry e on e.source_record = s.id and e.resource_key <> e.entry_key
            where s.person = %(person)s
              and not exists (select from record.entry o where o.resource_key = e.entry_key)
        ))::bigint,
       coalesce(sum(of_one.context), 0)::bigint
from record.source_record s
cross join lateral (
    select (select count(*) from record.entry e
            where e.source_record = s.id and e.resource_key = e.entry_key) as things,
           (select count(*) from record.entry e
            where e.source_record = s.id and e.resource_key = e.entry_key and e.kind = 'context') as context
) of_one
where s.person = %(person)s

-- name: wanted
-- The entries that the story is read from, beside those of the referrals: what lasts; what happened last of the kinds
-- that grow without end; the last scores of each measure; and the appointments that may be to come.
with recursive known(id) as materialized (
    select id from record.source_record where person = %(person)s
), measure(id, name) as (
    select known.id, (select min(e.measure) from record.entry e where e.source_record = known.id and e.measure <> '')
    from known
    union all
    select m.id, (select min(e.measure) from record.entry e
                  where e.source_record = m.id and e.measure <> '' and e.measure > m.name)
    from measure m where m.name is not null
)
select 'lasting', e.entry_key, e.occurred
from known join record.entry e on e.source_record = known.id and e.lasting
union all
select 'recent', found.entry_key, found.occurred
from known cross join lateral (
    select e.entry_key, e.occurred from record.entry e
    where e.source_record = known.id and e.kind <> 'context' and e.kind = any(%(kinds)s)
    order by e.occurred desc, e.entry_key limit %(recent)s
) found
union all
select 'score', found.entry_key, found.occurred
from measure m cross join lateral (
    select e.entry_key, e.occurred from record.entry e
    where e.source_record = m.id and e.measure <> '' and e.measure = m.name
    order by e.occurred desc limit %(scores)s
) found
union all
select 'to come', e.entry_key, e.occurred
from known join record.entry e on e.source_record = known.id and e.kind = 'Appointment' and e.occurred >= %(ends)s

-- name: state
-- What changes whenever anything of the record does, and what of it is opened to whoever reads.
select id, sum, current_setting('carethread.opened', true), current_setting('carethread.opened_things', true)
from record.source_record where person = %(person)s order by id

-- name: traces
-- In three lists of one order: a row for each would take longer than all else.
select array_agg(e.resource_key), array_agg(e.entry_key), array_agg(e.trace)
from record.source_record s join record.entry e on e.source_record = s.id and e.trace <> ''
where s.person = %(person)s

-- name: earlier
-- Kept versions of the things of these kinds, the current one too; one that several messages told is one. How it finds
-- the things is as in seeing.sql.
select e.resource_key, e.entry_key, s.id, s.sender, v.*
from record.source_record s
cross join unnest(%(kinds)s::text[]) as asked(kind)
cross join lateral (
    select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
) e
cross join lateral (
    select distinct on (v.instant, v.version_id, v.own, v.content_hash)
           v.content, v.instant, v.version_id, v.own, v.content_hash
    from record.version v where v.resource_key = e.resource_key
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit %(most)s
) v
where s.person = %(person)s
order by e.resource_key, v.instant, v.version_id, v.own, v.content_hash

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

-- name: duplicates_of
-- The same of some entries, with each pair as it is kept or the other way round. Of what is in two entries no more than
-- is in doubt: it holds whatever a reader is told of (domain/record/duplicates/doubts.py), and the rest is not read.
select distinct on (one.entry_key, other.entry_key, by_pair.rule_of_one)
       one.entry_key, other.entry_key, d.rule
from record.entry asked
cross join lateral (
    select d.* from record.duplicate d where d.one = asked.resource_key
    union all
    select d.* from record.duplicate d where d.other = asked.resource_key
) d
join record.entry one on one.resource_key = d.one
join record.entry other on other.resource_key = d.other
cross join lateral (
    select case when one.entry_key = other.entry_key then d.rule else '' end as rule_of_one
) by_pair
where asked.entry_key = any(%(keys)b::bytea[]) and d.grade <> 'certainly-not'
  and case when one.entry_key = other.entry_key then d.rule <> 'ruled' else d.in_doubt end
order by one.entry_key, other.entry_key, by_pair.rule_of_one, d.nearness desc, d.rule

-- name: ruled_one_of
-- The same of some entries.
select distinct one.entry_key, r.instant, r.ruled_by
from record.entry one
join record.entry_ruling r on r.one = one.resource_key and r.one_record = one.source_record and r.verdict = 'same'
join record.entry other on other.resource_key = r.other and other.source_record = r.other_record
where one.entry_key = any(%(keys)b::bytea[]) and other.entry_key = one.entry_key
order by one.entry_key, r.instant, r.ruled_by

-- name: not_taken_in
-- How many messages in quarantine name one of these systems' records; as below, until what resolved one is in the record.
with token(token) as (
    select n.number from record.number n where n.source_record = any(%(source_records)b::bytea[])
    union
    select 'source-record:' || encode(id, 'hex') from unnest(%(source_records)b::bytea[]) as given(id)
)
select count(distinct q.message_key)
from token join intake.named n using (token) join intake.quarantine q using (message_key)
where q.resolution is null
   or exists (select from intake.outbox o where o.message_key = q.message_key)
   or exists (select from intake.message m join intake.outbox o using (message_key) where m.corrects = q.message_key)

-- name: last_heard
select given.id, (select max(m.received_at) from intake.message m where m.source_record = given.id)
from unnest(%(source_records)b::bytea[]) as given(id)

-- name: holds
-- Messages in quarantine that name one of these persons by any number or id of theirs. What resolved one counts once it
-- is in the record: until then the record does not say yet what it must.
with token(person, token) as (
    select s.person, n.number from record.source_record s join record.number n on n.source_record = s.id
    where s.person = any(%(persons)b::bytea[])
    union
    select s.person, 'source-record:' || encode(s.id, 'hex') from record.source_record s
    where s.person = any(%(persons)b::bytea[])
)
select token.person, q.message_key, q.received_at, array_agg(distinct h.reason)
from token join intake.hold h using (token) join intake.quarantine q using (message_key)
where q.resolution is null
   or exists (select from intake.outbox o where o.message_key = q.message_key)
   or exists (select from intake.message m join intake.outbox o using (message_key) where m.corrects = q.message_key)
group by token.person, q.message_key
order by q.received_at, q.message_key
