-- What is counted over all persons, a few at a time: of the last whole round.
create schema watch;

create table watch.round (
    name     text primary key,
    ended_at timestamptz not null,
    found    jsonb not null default '{}' -- counts alone, and nobody's name
);

-- Which referrals stand on the board of which partner.
create table watch.board (
    organisation text not null,
    person       bytea not null,
    why          text not null,
    thread       bytea not null,
    since        bigint not null, -- ticks of 100 ns
    returns      int not null,
    service      text not null,
    primary key (organisation, why, thread)
);
