-- name: look_at_persons
-- What changes whenever a page about the person to whom a source record belongs may have: in one query for all pages.
-- `offset 0` holds the planner to the indexes.
with about as materialized (
    select given.record, told.sums, told.held
    from (select distinct unnest(%(records)b::bytea[]) as record) given
    cross join lateral (
        select bit_xor(hash_record_extended(row(s.id, s.sum), 0)) as sums,
               sum((select count(*) from intake.hold h where h.token = 'source-record:' || encode(s.id, 'hex'))
                   + (select count(*) from record.number n join intake.hold h on h.token = n.number
                      where n.source_record = s.id))::bigint as held
        from record.source_record own join record.source_record s on s.person = own.person
        where own.id = given.record offset 0
    ) told
)
select page.place, about.sums, about.held,
       exists (select from access.broken_glass g
               where g.person in (select o.id from record.source_record m
                                  join record.source_record o on o.person = m.person where m.id = page.record)
                 and g.user_id = page.user_id and g.organisation = page.organisation and g.closes_at > now())
from unnest(%(places)b::int[], %(records)b::bytea[], %(users)b::text[], %(organisations)b::text[])
    as page(place, record, user_id, organisation)
join about on about.record = page.record

-- name: seen
-- Of each source record that is opened, every entry that is opened of it, in one number; where nothing of it is closed, its
-- running sum. Headers and other context are not in it: each message brings some, of what is not shown too. Nor is what
-- an entry said before.
select s.id,
       case when s.id = any(%(whole)b::bytea[]) then hash_record_extended(row(s.sum), 0)
            else (select bit_xor(hash_record_extended(
                             row(e.resource_key, e.entry_key, e.kind, e.instant, e.version_id, e.own, e.content_hash), 0))
                  from record.entry e where e.source_record = s.id and e.kind <> 'context')
       end
from record.source_record s where s.person = %(person)s
order by s.id

-- name: look_at_boards
-- What changes whenever what stands on a board does, or what any of those who stand there has agreed to.
select given.organisation,
       (select sum(hash_record_extended(b, 0)) from watch.board b where b.organisation = given.organisation),
       (select sum(hash_record_extended(row(e.resource_key, e.content_hash, e.instant), 0))
        from watch.board b
        join record.source_record m on m.id = b.person
        join record.source_record s on s.person = m.person
        cross join unnest('{Consent}'::text[]) as asked(kind)
        cross join lateral (
            select * from record.entry e where e.source_record = s.id and e.kind = asked.kind offset 0
        ) e
        where b.organisation = given.organisation)
from unnest(%(boards)b::text[]) as given(organisation)
