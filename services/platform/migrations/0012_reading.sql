-- What is kept of the current version of each thing so that a page can choose what to read; a rebuild fills it in.
alter table record.entry
    add column lasting boolean not null default false, -- the story needs it, however old it is
    add column measure text    not null default '',    -- of which measure it is a score; empty where it is none
    add column trace   bytea   not null default '';    -- what it says of referrals; empty where it says nothing

-- The timeline is read in this order, a page at a time.
create index on record.entry (source_record, occurred desc, entry_key) where kind <> 'context';
create index on record.entry (source_record, kind) where resource_key = entry_key; -- to count entries
create index on record.entry (source_record) where lasting;
create index on record.entry (source_record) where trace <> '';
create index on record.entry (source_record, measure, occurred desc) where measure <> '';
