-- name: relatives
-- Whose these source records are, and whether their record is withheld: a message in quarantine names them, that
-- nobody has put right or whose correction is not in the record yet.
select r.id, r.person, exists (
    select from record.source_record s
    left join record.number n on n.source_record = s.id
    join intake.hold h on h.token in (n.number, 'source-record:' || encode(s.id, 'hex'))
    join intake.quarantine q using (message_key)
    where s.person = r.person
      and (q.resolution is null
           or exists (select from intake.outbox o where o.message_key = q.message_key)
           or exists (select from intake.message m join intake.outbox o using (message_key)
                      where m.corrects = q.message_key))
) as withheld
from record.source_record r
where r.id = any(%(ids)s) and r.person is not null
