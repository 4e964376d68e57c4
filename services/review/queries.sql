-- name: possible
-- Pairs of one rule that are neither certain nor excluded, and of different persons; the heaviest first. A pair that
-- was ruled is no longer in doubt, unless that was undone.
select l.one, l.other, l.grade, l.rule, l.weight
from record.link l
where l.apart and l.grade = 'possible' and l.rule = %(rule)s
  and (-l.weight, l.one, l.other) > (%(weight)s, %(one)b, %(other)b)
  and not exists (select from record.ruling r where r.one = l.one and r.other = l.other and r.verdict <> 'undo'
                  and not exists (select from record.ruling later where later.one = r.one and later.other = r.other
                                  and (later.instant, later.message_key) > (r.instant, r.message_key)))
order by -l.weight, l.one, l.other limit %(most)s

-- name: held_apart
-- Pairs that link, and are of different persons all the same.
select l.one, l.other, l.grade, l.rule, l.weight
from record.link l
where l.apart and l.grade <> 'possible'
  and (-l.weight, l.one, l.other) > (%(weight)s, %(one)b, %(other)b)
  and not exists (select from record.ruling r where r.one = l.one and r.other = l.other and r.verdict <> 'undo'
                  and not exists (select from record.ruling later where later.one = r.one and later.other = r.other
                                  and (later.instant, later.message_key) > (r.instant, r.message_key)))
order by -l.weight, l.one, l.other limit %(most)s

-- name: not_followed
-- Pairs that were ruled the same, by the latest word, and are of different persons.
select r.one, r.other, l.grade, l.rule, coalesce(l.weight, 0)
from record.ruling r
join record.source_record a on a.id = r.one
join record.source_record b on b.id = r.other
left join record.link l on l.one = r.one and l.other = r.other
where r.verdict = 'same' and a.person <> b.person
  and (0, r.one, r.other) > (%(weight)s, %(one)b, %(other)b)
  and not exists (select from record.ruling later where later.one = r.one and later.other = r.other
                  and (later.instant, later.message_key) > (r.instant, r.message_key))
order by r.one, r.other limit %(most)s

-- name: counts
-- By grade and rule, those without a ruling in force: all that are apart, but for the few that were ruled. And by
-- neither, those that were ruled the same and are apart.
with ruled as (
    select distinct on (one, other) one, other, verdict from record.ruling
    order by one, other, instant desc, message_key desc
), counted as (
    select grade, rule, count(*) as pairs from record.link where apart and grade = 'possible' group by grade, rule
    union all
    select grade, rule, count(*) from record.link where apart and grade <> 'possible' group by grade, rule
    union all
    select l.grade, l.rule, -count(*) from ruled join record.link l using (one, other)
    where ruled.verdict <> 'undo' and l.apart group by l.grade, l.rule
    union all
    select '', '', count(*) from ruled
    join record.source_record a on a.id = ruled.one join record.source_record b on b.id = ruled.other
    where ruled.verdict = 'same' and a.person <> b.person
)
select grade, rule, sum(pairs)::bigint from counted group by grade, rule

-- name: count_entries
-- Pairs of entries that are or may be one, and are two.
select count(*) from record.duplicate where in_doubt and grade <> 'certainly-not'

-- name: sides
-- Source records with what they tell.
select id, sender, person, demographics from record.source_record where id = any(%(ids)b::bytea[])

-- name: records_between
select id from record.source_record
where id between %(least)b and %(greatest)b and person is not null order by id limit 2

-- name: members
-- The source records of these persons, so many of each at most, with how many entries each tells.
select found.* from unnest(%(persons)b::bytea[]) as asked(person)
cross join lateral (
    select s.id, s.sender, s.person, s.demographics,
           (select count(*) from record.entry e where e.source_record = s.id and e.kind <> %(context)s)
    from record.source_record s where s.person = asked.person order by s.id limit %(most)s
) found

-- name: withheld
-- Which of these persons' records are shown to nobody, for a message in quarantine that names them: as the viewer has it.
with token(person, token) as (
    select s.person, n.number from record.source_record s join record.number n on n.source_record = s.id
    where s.person = any(%(persons)b::bytea[])
    union
    select s.person, 'source-record:' || encode(s.id, 'hex') from record.source_record s
    where s.person = any(%(persons)b::bytea[])
)
select distinct token.person, q.message_key
from token join intake.hold h using (token) join intake.quarantine q using (message_key)
where q.resolution is null
   or exists (select from intake.outbox o where o.message_key = q.message_key)
   or exists (select from intake.message m join intake.outbox o using (message_key) where m.corrects = q.message_key)

-- name: ruled
-- What stewards ruled of the lesser record, with any other: the latest first, and whether the record has it yet.
select m.message_key, m.told_at, m.body,
       exists (select from intake.outbox o where o.message_key = m.message_key)
from intake.message m
where m.sender = %(sender)s and m.source_record = %(one)b
order by m.told_at desc, m.message_key desc

-- name: rulings_among
select message_key, one, other, instant, verdict from record.ruling
where one = any(%(ids)b::bytea[]) and other = any(%(ids)b::bytea[])
