-- name: written
-- The message that a sending of a form became, if it was sent before.
select m.message_key, m.source_record
from intake.delivery d join intake.message m using (message_key) where d.delivery_id = %(id)b
