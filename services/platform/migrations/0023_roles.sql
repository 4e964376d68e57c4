-- Each process works as a role of its own, which may do what its statements do and nothing else: none of them owns
-- anything, so none changes, drops or empties a table. docs/database-roles.md has the table of what is granted here. A
-- later table is granted to those who need it by the migration that makes it; one of the record, in access.serve_record().
do $$
declare
    name text;
begin
    foreach name in array array['carethread_intake', 'carethread_record', 'carethread_sweeper', 'carethread_delivery',
                                'carethread_web', 'carethread_pds'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin noinherit', name);
        end if;
        execute format('grant %I to %I', name, current_user);
    end loop;
    -- Tables that go by themselves are tables too.
    execute format('revoke temporary on database %I from public', current_database());
end
$$;
revoke create on schema public from public;

-- It reads a person's record as the viewer, who sees what was opened: it takes that role, and does not inherit from it.
grant carethread_viewer to carethread_web;

grant usage on schema intake
    to carethread_intake, carethread_record, carethread_sweeper, carethread_delivery, carethread_web, carethread_pds;
grant usage on schema access to carethread_sweeper, carethread_web, carethread_pds;
grant usage on schema watch to carethread_sweeper, carethread_web;
grant usage on schema delivery to carethread_delivery;
grant usage on schema pds to carethread_pds;
grant usage on schema audit to carethread_web;

-- The acceptance path, of whoever takes messages in. What was accepted is not taken back.
grant select, insert, update (sent) on intake.message to carethread_intake, carethread_web, carethread_pds;
grant select, insert, update (incarnation, partition, "offset", published_at) on intake.outbox
    to carethread_intake, carethread_web, carethread_pds;
grant select, insert, update (sent, resolution, resolved_at, resolved_by, reason) on intake.quarantine
    to carethread_intake, carethread_web, carethread_pds;
grant select, insert on intake.delivery to carethread_intake, carethread_web, carethread_pds;
grant insert on intake.hold, intake.named, intake.outcome to carethread_intake, carethread_web, carethread_pds;

grant select, insert, update (next_offset) on intake.ledger to carethread_intake;

-- The record. Of the outbox it updates nothing: it may lock a row until it deletes it.
grant select on intake.message to carethread_record;
grant select, update (published_at), delete on intake.outbox to carethread_record;
grant insert on intake.outcome to carethread_record;

-- The sweeper counts, and reads no message.
grant select, update (incarnation, partition, "offset", published_at) on intake.outbox to carethread_sweeper;
grant select (message_key, source_record) on intake.message to carethread_sweeper;
grant select (txid, seq, message_key, outcome) on intake.outcome to carethread_sweeper;
grant select (message_key, received_at, resolution) on intake.quarantine to carethread_sweeper;
grant select (message_key) on intake.hold, intake.delivery to carethread_sweeper;
grant select on access.partner to carethread_sweeper;
grant select, insert, update (person, since, returns, service), delete on watch.board to carethread_sweeper;
grant select, insert, update on watch.round to carethread_sweeper;

grant select on intake.message to carethread_delivery;
grant select (message_key, sender, received_at, sender_id, issues) on intake.quarantine to carethread_delivery;
grant select, update (published_at) on intake.outcome to carethread_delivery;
grant select, insert, delete on delivery.broker to carethread_delivery;

-- The doors over HTTP and the pages, beside the acceptance path.
grant update (cause, issues) on intake.quarantine to carethread_web;
grant select on intake.hold, intake.named, intake.outcome to carethread_web;
grant select, insert on intake.request to carethread_web;
grant select, insert, update (count) on intake.refusal to carethread_web;
grant select, insert, update (committed_at, done, result, body), delete on intake.upload to carethread_web;
grant select, insert, update (content_hash, message_key, uploaded_at) on intake.upload_row to carethread_web;
grant select, insert on access.partner, access.broken_glass to carethread_web;
grant select, insert, delete on access.partner_token, access.sign_in, access.used_assertion, access.provider_sign_in
    to carethread_web;
grant select on access.partner_client, access.partner_key to carethread_web;
grant select on watch.board, watch.round to carethread_web;

grant select, insert, update (name, sector) on access.partner to carethread_pds;
grant select, insert, update (asked_hash, asked_at, outcome, next_at) on pds.trace to carethread_pds;

-- The audit is added to through this function alone, which runs as its owner: whoever calls it can neither read what was
-- written, nor write what is in no chain.
alter function audit.append(text, text) security definer set search_path = pg_catalog, pg_temp;
revoke execute on function audit.append(text, text) from public;
grant execute on function audit.append(text, text) to carethread_web;

-- What each may do to the record. One that was rebuilt is served anew once it is in its place.
create function access.serve_record() returns void language plpgsql as $$
declare
    guarded text;
begin
    grant usage on schema record
        to carethread_intake, carethread_record, carethread_sweeper, carethread_delivery, carethread_web, carethread_pds;
    -- Which version made the record is asked before anything is done.
    grant select on record.rules
        to carethread_intake, carethread_record, carethread_sweeper, carethread_delivery, carethread_web, carethread_pds;
    grant select, insert, update on record.source_record, record.entry, record.entry_ruling, record.asset
        to carethread_record;
    grant select, insert, delete on record.version, record.blocking, record.found_by, record.facet_token
        to carethread_record;
    grant select, insert, delete, update (apart) on record.link to carethread_record;
    grant select, insert, delete, update (in_doubt) on record.duplicate to carethread_record;
    grant select, insert on record.ruling to carethread_record;
    grant insert on record.number to carethread_record;
    grant select on record.source_record, record.entry, record.version, record.number, record.blocking, record.found_by,
        record.link, record.ruling, record.duplicate, record.entry_ruling, record.asset to carethread_web;
    grant select on record.source_record, record.entry, record.version, record.number, record.link, record.ruling,
        record.duplicate, record.asset to carethread_sweeper;
    grant select (id, person, demographics) on record.source_record to carethread_pds;
    -- Only who reads as the viewer is shown no more rows than were opened.
    foreach guarded in array array['source_record', 'entry', 'version'] loop
        execute format('create policy served on record.%I '
                       'to carethread_record, carethread_web, carethread_sweeper, carethread_pds using (true)', guarded);
    end loop;
end
$$;

select access.serve_record();
