-- A person's id is that of its least member: rounds over everybody go from one of these to the next. Without an index of
-- their own each step may read and sort every source record.
create index on record.source_record (id) where person = id;
