-- Tokens of stewards and of those who run the service name no organisation.
alter table access.partner_token alter column ods_code drop not null;

-- A partner's system that asks for its tokens itself, and what it may ask for.
create table access.partner_client (
    ods_code text primary key references access.partner,
    scopes   text not null -- SMART, with blanks between
);

-- The public keys with which it signs what it asks; two while it changes from one to the other.
create table access.partner_key (
    ods_code text not null references access.partner_client,
    kid      text not null,
    jwk      text not null, -- RFC 7517, JSON
    primary key (ods_code, kid)
);

-- What was asked already, until it would be too old anyway.
create table access.used_assertion (
    ods_code   text        not null,
    jti_sha256 bytea       not null,
    expires_at timestamptz not null,
    primary key (ods_code, jti_sha256)
);
create index on access.used_assertion (expires_at);

-- Browsers that are away at the identity provider: each comes back once, and with what it alone was given.
create table access.provider_sign_in (
    state_sha256   bytea       primary key,
    browser_sha256 bytea       not null,
    nonce          text        not null,
    verifier       text        not null, -- RFC 7636
    expires_at     timestamptz not null
);
create index on access.provider_sign_in (expires_at);
