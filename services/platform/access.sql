-- name: register_partner
insert into access.partner (ods_code, name, sector) values (%(ods)s, %(name)s, %(sector)s)
on conflict (ods_code) do update set name = excluded.name, sector = excluded.sector

-- name: register_unnamed
insert into access.partner (ods_code, name, sector) values (%(ods)s, %(ods)s, 'Sector not given')
on conflict do nothing

-- name: partners
select ods_code, name, sector from access.partner order by ods_code

-- name: issue_token
with expired as (delete from access.partner_token where expires_at < now())
insert into access.partner_token (token_sha256, ods_code, expires_at, role, user_id, user_name, scopes, person)
values (%(hash)s, nullif(%(ods)s, ''), now() + make_interval(secs => %(seconds)s),
        %(role)s, %(user)s, %(name)s, %(scopes)s, %(person)s)

-- name: token_reader
select role, coalesce(ods_code, ''), user_id, user_name, scopes, person
from access.partner_token where token_sha256 = %(hash)s and expires_at > now()

-- name: issue_sign_in
with expired as (delete from access.sign_in where expires_at < now())
insert into access.sign_in (token_sha256, kind, expires_at, role, organisation, user_id, user_name)
values (%(hash)s, %(kind)s, now() + make_interval(secs => %(seconds)s), %(role)s, %(organisation)s, %(user)s, %(name)s)

-- name: use_link
delete from access.sign_in where token_sha256 = %(hash)s and kind = 'link' and expires_at > now()
returning role, organisation, user_id, user_name

-- name: session
select role, organisation, user_id, user_name
from access.sign_in where token_sha256 = %(hash)s and kind = 'session' and expires_at > now()

-- name: open_sessions
select token_sha256 from access.sign_in
where token_sha256 = any(%(hashes)b::bytea[]) and kind = 'session' and expires_at > now()

-- name: close_session
delete from access.sign_in where token_sha256 = %(hash)s and kind = 'session'
