-- name: go_away
with expired as (delete from access.provider_sign_in where expires_at < now())
insert into access.provider_sign_in (state_sha256, browser_sha256, nonce, verifier, expires_at)
values (%(state)s, %(browser)s, %(nonce)s, %(verifier)s, now() + make_interval(secs => %(seconds)s))

-- name: come_back
delete from access.provider_sign_in
where state_sha256 = %(state)s and browser_sha256 = %(browser)s and expires_at > now()
returning nonce, verifier
