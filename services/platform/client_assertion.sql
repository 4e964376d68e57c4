-- name: register_client
insert into access.partner_client (ods_code, scopes) values (%(ods)s, %(scopes)s)
on conflict (ods_code) do update set scopes = excluded.scopes

-- name: forget_keys
delete from access.partner_key where ods_code = %(ods)s

-- name: register_key
insert into access.partner_key (ods_code, kid, jwk) values (%(ods)s, %(kid)s, %(jwk)s)

-- name: client_with_key
select client.scopes, key.jwk
from access.partner_client as client join access.partner_key as key using (ods_code)
where ods_code = %(ods)s and key.kid = %(kid)s

-- name: use_assertion
with expired as (delete from access.used_assertion where expires_at < now() - interval '10 minutes')
insert into access.used_assertion (ods_code, jti_sha256, expires_at)
values (%(ods)s, %(jti)s, to_timestamp(%(expires)s))
on conflict do nothing
returning true
