-- Who did what, and to whom's record: one chain for each writer, that is, a process on one machine. Each event is hashed
-- with the hash before it, so nothing in the middle can be changed, taken out or moved without being found.
create schema audit;

create table audit.event (
    writer      text collate "C" not null,
    seq         bigint not null,
    recorded_at timestamptz not null,
    event       jsonb not null,     -- a FHIR R4 AuditEvent
    previous    bytea not null,     -- the hash of the event before; 32 bytes of zero before the first
    hash        bytea not null,
    primary key (writer, seq)
);
create index on audit.event (recorded_at);
create index on audit.event using gin ((event -> 'entity') jsonb_path_ops); -- by whom or what it concerns

-- The next event of a writer, whose canonical JSON is given; its place in the chain. One call at a time for each writer.
create function audit.append(writer text, canonical text, out seq bigint, out hash bytea) language plpgsql as $$
declare
    last_hash bytea;
begin
    perform pg_advisory_xact_lock(6021016, hashtext(append.writer));
    select e.seq, e.hash into append.seq, last_hash
    from audit.event e where e.writer = append.writer order by e.seq desc limit 1;
    seq := coalesce(seq, 0) + 1;
    last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    hash := sha256(last_hash || int8send(seq) || convert_to(append.writer || E'\n' || append.canonical, 'UTF8'));
    insert into audit.event (writer, seq, recorded_at, event, previous, hash)
    values (append.writer, seq, (append.canonical::jsonb ->> 'recorded')::timestamptz, append.canonical::jsonb,
            last_hash, hash);
end
$$;

-- What is written stays, for whoever owns the table too.
create function audit.stays() returns trigger language plpgsql as $$
begin
    raise exception 'audit.event is only ever added to' using errcode = 'insufficient_privilege';
end
$$;
create trigger stays before update or delete on audit.event for each row execute function audit.stays();
create trigger stays_whole before truncate on audit.event for each statement execute function audit.stays();
revoke update, delete, truncate on audit.event from public;
