-- name: break
insert into access.broken_glass (user_id, organisation, person, reason, closes_at)
values (%(user)s, %(organisation)s, %(person)s, %(reason)s, now() + make_interval(secs => %(seconds)s))
