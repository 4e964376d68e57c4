-- name: append
select seq, hash from audit.append(%(writer)s, %(canonical)s)

-- name: source_records
-- All that belong to the same persons, beside those that are given.
select distinct other.id from record.source_record one join record.source_record other on other.person = one.person
where one.id = any(%(persons)b::bytea[]) and other.id <> all(%(persons)b::bytea[])
order by other.id
