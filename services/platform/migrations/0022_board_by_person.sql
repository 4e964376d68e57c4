-- To place one person's referrals anew.
create index on watch.board (person);
