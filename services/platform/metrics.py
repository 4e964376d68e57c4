"""Every metric, by name: base units, no ids and nothing of a person in a label."""

from prometheus_client import Counter, Gauge, Histogram

_AGE_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)
_BATCH_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

# The counts of `carethread status`, from one snapshot of PostgreSQL (sweeper).
ACCEPTED = Gauge("care_messages_accepted", "Deliveries accepted at either door.")
APPLIED = Gauge("care_messages_applied", "Deliveries whose message is in the record.")
DUPLICATE = Gauge("care_messages_duplicate", "Deliveries of a message already accepted.")
QUARANTINED = Gauge("care_messages_quarantined", "Deliveries kept aside because they could not be accepted.")
IN_FLIGHT = Gauge("care_messages_in_flight", "Messages accepted and not yet in the record.")
OLDEST_IN_FLIGHT = Gauge(
    "care_oldest_in_flight_timestamp_seconds",
    "When the oldest message in flight was accepted; 0 where none is.",
)
QUARANTINE_OPEN = Gauge("care_quarantine_open", "Quarantined messages that wait for a steward.")
QUARANTINE_OLDEST = Gauge(
    "care_quarantine_oldest_timestamp_seconds", "When the oldest of them came; 0 where none waits."
)
QUARANTINE_AT_RISK_OPEN = Gauge(
    "care_quarantine_at_risk_open",
    "Those of them that hold a withdrawn consent, a restriction or a safeguarding flag: records are withheld.",
)
REVIEW_OPEN = Gauge(
    "care_review_open_items",
    "Pairs of source records, and of entries, that wait for a steward's ruling, by why; counted once a minute.",
    ["kind"],
)
REFERRALS = Gauge(
    "care_referrals",
    "Referrals by the partner that has to act ('other' where none is named) and by what is counted: open, stalled, "
    "back_again, rejected_asked_again, rejected_asked_nowhere; of the last whole round over everybody.",
    ["organisation", "counted"],
)
REFERRALS_COUNTED_AT = Gauge(
    "care_referrals_counted_timestamp_seconds", "When that round ended; 0 before the first."
)
COUNTED_AT = Gauge("care_messages_counted_timestamp_seconds", "When the counts above were last read.")
LAG = Gauge("care_kafka_consumer_lag", "Records a group has yet to read.", ["topic", "partition"])
REPUBLISHED = Counter(
    "care_outbox_republished", "Messages published again because they were lost on the way."
)

# Outcomes on their way to the partners' topics (delivery).
DELIVERY_ATTEMPTS = Counter(
    "care_delivery_attempts",
    "Outcomes by how publishing them went: published, failed, or no_topic where the sender has none.",
    ["outcome"],
)
DELIVERY_BACKLOG = Gauge("care_delivery_backlog_items", "Outcomes that were not published yet.")
DELIVERY_OLDEST_PENDING = Gauge(
    "care_delivery_oldest_pending_timestamp_seconds",
    "When the oldest outcome that was not published yet came about; 0 where none is.",
)
STOP_NOTICES = Counter(
    "care_stop_notices",
    "Notices to stop showing what was given, to organisations whose system read it (sweeper).",
)
STOP_LOOKED_AT = Gauge(
    "care_stop_looked_timestamp_seconds",
    "When all that may close a record was last looked through for whom to tell (sweeper); 0 before the first time.",
)

# People asked about at the Personal Demographics Service (pds).
PDS_REQUESTS = Counter(
    "care_pds_requests", "Requests to PDS by the status of the answer, or no_answer.", ["answer"]
)
PDS_TRACED = Counter(
    "care_pds_traced",
    "People asked about by what came of it: found, none, many, doubtful, rejected, away; refused is a configuration "
    "that PDS does not take.",
    ["outcome"],
)

# Each worker, of its own work.
WORK_ACCEPTED = Counter("care_intake_messages", "Messages by what intake answered.", ["door", "outcome"])
REPAIRS = Counter(
    "care_intake_repairs",
    "Repairs made in reading messages accepted for the first time.",
    ["partner", "name"],
)
QUARANTINE_AT_RISK = Counter(
    "care_quarantine_at_risk",
    "Messages quarantined that hold a withdrawn consent, a restriction or a safeguarding flag.",
    ["reason"],
)
WORK_APPLIED = Counter("care_record_messages_applied", "Messages this worker put into the record.")
MATCH_OUTCOMES = Counter(
    "care_match_outcomes",
    "Source records told of anew, by the best that was found for each: exact, probable, conflict (linked with "
    "nobody, and never with somebody alike), review (for a steward to judge) or new.",
    ["outcome"],
)
IDENTITY_MERGES = Counter("care_identity_merges", "Persons that were found to be another one.")
IDENTITY_UNMERGES = Counter("care_identity_unmerges", "Persons that were found not to be another one.")
BATCH_SECONDS = Histogram(
    "care_batch_duration_seconds", "Time of one batch.", ["stage"], buckets=_BATCH_BUCKETS
)
BATCH_RETRIES = Counter("care_batch_retries", "Batches tried again after a passing failure.", ["stage"])
EVENT_AGE = Histogram(
    "care_event_age_seconds", "From accepted to visible in the record.", buckets=_AGE_BUCKETS
)
LEDGER_GAPS = Counter("care_ledger_gap", "Kafka records skipped by a consumer and sought back.", ["topic"])
LEDGER_LOST = Counter("care_ledger_lost", "Kafka records that were gone before intake read them.", ["topic"])
REQUESTS = Counter("care_http_requests", "Requests answered.", ["route", "status"])
REQUEST_SECONDS = Histogram(
    "care_http_request_duration_seconds", "Time to answer.", ["route"], buckets=_AGE_BUCKETS
)
OPEN_STREAMS = Gauge("care_open_streams", "Pages that are open and hear at once when they have changed.")

# Who saw or did what (every process that shows something).
AUDIT_EVENTS = Counter("care_audit_events", "Events written to the audit, by kind.", ["kind"])
AUDIT_ANCHOR_FAILURES = Counter(
    "care_audit_anchor_failures",
    "Times that the end of the audit's chain could not be kept outside the database.",
)
ACCESS_DENIED = Counter(
    "care_access_denied",
    "Requests refused because of who made them, by role; nobody is who did not sign in.",
    ["role"],
)
BREAK_GLASS = Counter("care_break_glass", "Times that somebody broke the glass.")
