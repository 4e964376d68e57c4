-- name: keep
-- What was given before stays; where it was less, it is to be looked at whether it is still open.
insert into delivery.given as kept (organisation, subject, source_record, sender, kinds, referrals, whereabouts, person)
select %(organisation)s, coalesce(own.id, decode(told ->> 0, 'hex')), s.id, s.sender, 
       array(select jsonb_array_elements_text(told -> 3)), (told -> 4)::boolean, (told -> 1)::boolean, decode(told ->> 0, 'hex')
from jsonb_array_elements(%(given)s::jsonb) told
join record.source_record s on s.id = decode(told ->> 2, 'hex') and s.sender <> %(organisation)s
left join lateral (
    select o.id from record.source_record o
    where o.sender = %(organisation)s
      and o.person = (select p.person from record.source_record p where p.id = decode(told ->> 0, 'hex'))
    order by o.id limit 1
) own on true
order by 2, s.id
on conflict (organisation, subject, source_record) do update
set kinds = array(select distinct kind from unnest(kept.kinds || excluded.kinds) kind order by kind),
    referrals = kept.referrals or excluded.referrals,
    whereabouts = kept.whereabouts or excluded.whereabouts,
    person = excluded.person, given_at = now(), unchecked = true
where not kept.kinds @> excluded.kinds or excluded.referrals > kept.referrals
   or excluded.whereabouts > kept.whereabouts or kept.person <> excluded.person
