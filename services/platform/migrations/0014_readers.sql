-- Who a session or a token is: a role at an organisation. A sign-in that says no more is a steward's.
alter table access.sign_in
    add column role         text not null default 'steward',
    add column organisation text not null default '',
    add column user_id      text not null default '',
    add column user_name    text not null default '';

alter table access.partner_token
    add column role      text  not null default 'partner-system',
    add column user_id   text  not null default '',
    add column user_name text  not null default '',
    add column scopes    text  not null default '', -- SMART, with blanks between; empty for all
    add column person    bytea;                     -- the one person it is limited to
