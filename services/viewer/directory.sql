-- name: assets
-- The whole directory, by sender.
select resource_key, sender, content, instant, version_id, own, content_hash from record.asset
order by sender, resource_key

-- name: assets_named
-- The services that are known by any of these names.
select resource_key, sender, content, instant, version_id, own, content_hash, names from record.asset
where names && %(names)s::text[]
