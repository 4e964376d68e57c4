-- name: scorecards
-- Every count of every partner in one statement, and so as of one moment. A sender is counted where it is
-- registered, or has sent something in the time asked for.
with message as (
    select m.message_key, m.sender, m.sender_id, m.notes, m.nhs_number,
           extract(epoch from m.received_at)::float8
               - (m.told_at - %(epoch)s::bigint)::float8 / %(ticks_per_second)s::bigint as lateness
    from intake.message m
    where m.corrects is null and (%(sender)s::text is null or m.sender = %(sender)s)
      and (%(since)s::timestamptz is null or m.received_at >= %(since)s)
), counted as (
    select sender, count(*) as messages,
           count(*) filter (where nhs_number = 'verified') as verified,
           count(*) filter (where nhs_number = 'unverified') as unverified,
           count(*) filter (where nhs_number = 'invalid') as invalid,
           count(*) filter (where nhs_number = 'missing') as missing,
           count(lateness) as dated,
           count(*) filter (where lateness > %(late)s) as late,
           percentile_cont(0.5) within group (order by lateness) as median_lateness,
           count(*) filter (where notes @> '[{"kind": "repair"}]') as repaired
    from message group by sender
), note as (
    select m.sender, n.kind, n.name, count(distinct m.message_key) as messages
    from message m cross join lateral jsonb_to_recordset(m.notes) as n(kind text, name text)
    group by m.sender, n.kind, n.name
    union all
    select sender, 'deviation', 'id-reused', sum(messages)::bigint
    from (select sender, count(*) as messages from message where sender_id is not null
          group by sender, sender_id having count(*) > 1) reused
    group by sender
    union all
    select sender, 'deviation', 'request-id-reused', count(distinct message_key)
    from (select m.sender, r.message_key, count(*) over (partition by r.sender, r.request_id) as messages
          from intake.request r join message m using (message_key)) request
    where messages > 1 group by sender
), named as (
    -- One that was named when the message came may be found again in what is here now.
    select sender, kind, name, max(messages) as messages from note group by sender, kind, name
), noted as (
    select sender,
           coalesce(jsonb_object_agg(name, messages) filter (where kind = 'repair'), '{}') as repairs,
           coalesce(jsonb_object_agg(name, messages) filter (where kind = 'deviation'), '{}') as deviations
    from named group by sender
), duplicate as (
    select sender, count(*) as deliveries from intake.outcome
    where outcome = 'duplicate' and (%(sender)s::text is null or sender = %(sender)s)
      and (%(since)s::timestamptz is null or at >= %(since)s)
    group by sender
), aside as (
    select sender, count(*) filter (where resolution is null) as open, count(resolution) as resolved
    from intake.quarantine
    where (%(sender)s::text is null or sender = %(sender)s)
      and (%(since)s::timestamptz is null or received_at >= %(since)s)
    group by sender
), refused as (
    select sender, jsonb_object_agg(rule, count) as by_rule
    from (select sender, rule, sum(count)::bigint as count from intake.refusal
          where (%(sender)s::text is null or sender = %(sender)s)
            and (%(since)s::timestamptz is null or day >= (%(since)s::timestamptz)::date)
          group by sender, rule) by_rule
    group by sender
), superseded as (
    select m.sender, count(distinct (v.resource_key, v.instant, v.version_id, v.own, v.content_hash)) as versions
    from record.version v
    join record.entry e using (resource_key)
    join message m on m.message_key = v.message_key
    where e.kind <> 'context'
      and (v.instant, v.version_id, v.own, v.content_hash) <> (e.instant, e.version_id, e.own, e.content_hash)
    group by m.sender
), partner as (
    select ods_code as sender from access.partner where %(sender)s::text is null or ods_code = %(sender)s
    union select sender from counted union select sender from duplicate union select sender from aside
    union select sender from refused
)
select partner.sender as partner, coalesce(nullif(p.name, ''), nullif(partner.sender, ''), 'No sender named') as name,
       coalesce(p.sector, 'Sector not given') as sector,
       coalesce(c.messages, 0) as messages,
       coalesce(c.verified, 0) as verified, coalesce(c.unverified, 0) as unverified,
       coalesce(c.invalid, 0) as invalid, coalesce(c.missing, 0) as missing,
       coalesce(c.late, 0) as late, coalesce(c.dated, 0) as dated, c.median_lateness,
       coalesce(duplicate.deliveries, 0) as duplicate_deliveries, coalesce(c.repaired, 0) as repaired,
       coalesce(noted.repairs, '{}') as repairs, coalesce(noted.deviations, '{}') as deviations,
       coalesce(aside.open, 0) as open, coalesce(aside.resolved, 0) as resolved,
       coalesce(refused.by_rule, '{}') as refused, coalesce(superseded.versions, 0) as entries_superseded
from partner
left join access.partner p on p.ods_code = partner.sender
left join counted c using (sender)
left join noted using (sender)
left join duplicate using (sender)
left join aside using (sender)
left join refused using (sender)
left join superseded using (sender)
where partner.sender <> 'CARETHREAD' -- the partnership itself, whose stewards' rulings are messages
order by partner.sender
