-- A sender may choose a long id (a CloudEvent's has no limit), and an index row has one: the start of it is enough.
-- It also answers whether the id that a reply names is known, whoever's it is.
drop index intake.message_sender_sender_id_idx;
create index on intake.message (left(sender_id, 256), sender) where sender_id is not null;
create index on intake.quarantine (left(sender_id, 256), sender) where sender_id is not null;

-- Which messages came under one X-Request-Id.
create index on intake.request (message_key);

-- From which outcome on, when a sender asks by the clock.
create index on intake.outcome (sender, at);

-- The broker that the partners' topics are on: with another one, what was published to it is gone.
create schema delivery;
create table delivery.broker (incarnation text primary key);
