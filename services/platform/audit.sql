-- name: append
select seq, hash from audit.append(%(writer)s, %(canonical)s)

-- name: source_records
select id from record.source_record where person = any(%(persons)b::bytea[]) and id <> all(%(persons)b::bytea[])
order by id
