-- name: page
-- The next source records by id, with what was asked about each: a range of one index and one look-up in another for
-- each, whatever the size of the tables. The lateral keeps the planner from reading all of what was asked. A source
-- record of which nothing is applied yet has no person.
select s.id, s.person, s.demographics, t.asked_hash, coalesce(t.next_at <= now(), true), t.outcome = 'asking'
from (
    select id, person, demographics from record.source_record
    where id > %(after)s order by id limit %(page)s
) s
left join lateral (
    select asked_hash, next_at, outcome from pds.trace where source_record = s.id limit 1
) t on true
order by s.id

-- name: members
-- All that is known of the people that these source records belong to.
select person, demographics from record.source_record where person = any(%(persons)b::bytea[])

-- name: claim
-- Whoever writes the row first asks. It is written before the asking and not held meanwhile: no transaction stays open
-- for as long as PDS takes. A row that another claims at this moment is left to them.
with given as (
    select * from unnest(%(ids)b::bytea[], %(hashes)b::bytea[]) as given(id, hash)
), new as (
    insert into pds.trace (source_record, asked_hash, outcome, next_at)
    select id, hash, 'asking', now() + make_interval(secs => %(lease)s) from given order by id
    on conflict do nothing
    returning source_record
), due as (
    select t.source_record, given.hash
    from pds.trace t join given on given.id = t.source_record
    where t.next_at <= now() or (t.asked_hash <> given.hash and t.outcome <> 'asking')
    order by t.source_record
    for update of t skip locked
), again as (
    update pds.trace t
    set asked_hash = due.hash, outcome = 'asking', next_at = now() + make_interval(secs => %(lease)s)
    from due where t.source_record = due.source_record
    returning t.source_record
)
select source_record from new union all select source_record from again

-- name: settle
-- What became of the question, and in how many seconds it may be asked again (null: never), unless the claim lapsed and another question was asked meanwhile.
update pds.trace
set outcome = %(outcome)s, asked_at = now(), next_at = coalesce(now() + make_interval(secs => %(wait)s::float8), 'infinity')
where source_record = %(id)b and asked_hash = %(hash)b and outcome = 'asking'
