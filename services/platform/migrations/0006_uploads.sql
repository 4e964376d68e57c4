-- How far a sheet is committed and what came of it so far; and when each row's last word was uploaded.
alter table intake.upload
    add column done   int not null default 0,
    add column result jsonb not null default '{}';
alter table intake.upload_row
    add column uploaded_at timestamptz not null default clock_timestamp();
