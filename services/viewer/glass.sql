-- name: break
insert into access.broken_glass (user_id, organisation, person, reason, closes_at)
values (%(user)s, %(organisation)s, %(person)s, %(reason)s, now() + make_interval(secs => %(seconds)s))

-- name: closes_at
select max(closes_at) from access.broken_glass
where person = %(person)s and user_id = %(user)s and organisation = %(organisation)s and closes_at > now()
