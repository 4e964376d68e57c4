"""Open Referral UK: the open standard in which councils and charities publish what there is in a place."""
