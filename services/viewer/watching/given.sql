-- name: looked
select txid::text, seq from delivery.looked

-- name: begin_looking
-- What came about before anything was given closes nothing that was.
insert into delivery.looked select pg_snapshot_xmin(pg_current_snapshot()), 0 on conflict do nothing

-- name: take_turn
-- One at a time, so that what was given is told once.
select pg_try_advisory_xact_lock(6021027)

-- name: came_about
-- The next outcomes by which a record may be closed to somebody, and how far these go.
select txid::text, seq, case when outcome in ('applied', 'quarantined') then message_key end from intake.outcome
where (txid, seq) > (%(txid)s::text::xid8, %(seq)s) and txid < pg_snapshot_xmin(pg_current_snapshot())
order by outcome.txid, seq limit %(most)s

-- name: look_on
update delivery.looked set txid = %(txid)s::text::xid8, seq = %(seq)s

-- name: is_given
select exists (select from delivery.given)

-- name: concerned
-- To whom something was given of those whom these messages are about, by what they say or hold; of whoever these are by
-- now too, and of whoever was one of them when it was given.
with told(id) as (
    select m.source_record from intake.message m where m.message_key = any(%(keys)b::bytea[])
    union
    select unnest(array[r.one, r.other]) from record.ruling r where r.message_key = any(%(keys)b::bytea[])
    union
    select n.source_record from intake.hold h join record.number n on n.number = h.token collate "C"
    where h.message_key = any(%(keys)b::bytea[])
    union
    select decode(substr(h.token, length('source-record:') + 1), 'hex') from intake.hold h
    where h.message_key = any(%(keys)b::bytea[]) and h.token like 'source-record:%%'
), member(id) as (
    select id from told
    union
    select other.id from told
    join record.source_record one on one.id = told.id
    join record.source_record other on other.person = one.person
)
select g.organisation, g.subject from member join delivery.given g on g.source_record = member.id
union
select g.organisation, g.subject from member join delivery.given g on g.subject = member.id
order by organisation, subject

-- name: more_confidential
-- What these messages say is confidential, of those whose words were given, with what was said of it before that.
select e.source_record, e.kind, e.resource_key, earlier.content
from intake.message m
join record.entry e on e.source_record = m.source_record and e.label > 0
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key
      and (v.instant, v.version_id, v.own, v.content_hash) < (e.instant, e.version_id, e.own, e.content_hash)
    order by v.instant desc, v.version_id desc, v.own desc, v.content_hash desc limit 1
) earlier
where m.message_key = any(%(keys)b::bytea[])
  and exists (select from delivery.given g where g.source_record = m.source_record)
  and exists (select from record.version v
              where v.resource_key = e.resource_key and v.instant = e.instant and v.version_id = e.version_id
                and v.own = e.own and v.content_hash = e.content_hash and v.message_key = m.message_key)

-- name: unchecked
select distinct organisation, subject from delivery.given where unchecked
order by organisation, subject limit %(most)s

-- name: after
select distinct organisation, subject from delivery.given
where (organisation, subject) > (%(organisation)s, %(subject)s)
order by organisation, subject limit %(most)s

-- name: given
-- What is given of these, held until it is decided, and who each of these is by now.
select g.organisation, g.subject, g.person, coalesce(s.person, s.id), g.given_at, g.source_record, g.sender, g.kinds, g.referrals,
       g.whereabouts, g.unchecked
from unnest(%(organisations)b::text[], %(subjects)b::bytea[]) as asked(organisation, subject)
join delivery.given g using (organisation, subject)
join record.source_record s on s.id = g.subject
order by g.organisation, g.subject, g.source_record
for update of g

-- name: take_back
delete from delivery.given g
using unnest(%(organisations)b::text[], %(subjects)b::bytea[], %(source_records)b::bytea[])
    as gone(organisation, subject, source_record)
where (g.organisation, g.subject, g.source_record) = (gone.organisation, gone.subject, gone.source_record)

-- name: leave
update delivery.given g
set kinds = array(select jsonb_array_elements_text(left_.kinds::jsonb)), referrals = left_.referrals,
    whereabouts = left_.whereabouts, unchecked = false
from unnest(%(organisations)b::text[], %(subjects)b::bytea[], %(source_records)b::bytea[], %(kinds)b::text[],
            %(referrals)b::bool[], %(whereabouts)b::bool[])
    as left_(organisation, subject, source_record, kinds, referrals, whereabouts)
where (g.organisation, g.subject, g.source_record) = (left_.organisation, left_.subject, left_.source_record)

-- name: own_patients
-- What each of these source records' own system currently says of who the person is.
select e.source_record, current.content
from record.entry e
cross join lateral (
    select v.content from record.version v
    where v.resource_key = e.resource_key and v.instant = e.instant
      and v.version_id = e.version_id and v.own = e.own and v.content_hash = e.content_hash
    limit 1
) current
where e.resource_key = any(%(patients)b::bytea[])

-- name: tell
insert into delivery.notice (organisation, subject, told)
select organisation, subject, told::jsonb
from unnest(%(organisations)b::text[], %(subjects)b::bytea[], %(told)b::text[]) as given(organisation, subject, told)
