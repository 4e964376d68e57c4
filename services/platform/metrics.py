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
COUNTED_AT = Gauge("care_messages_counted_timestamp_seconds", "When the counts above were last read.")
LAG = Gauge("care_kafka_consumer_lag", "Records a group has yet to read.", ["topic", "partition"])
REPUBLISHED = Counter(
    "care_outbox_republished", "Messages published again because they were lost on the way."
)

# Each worker, of its own work.
WORK_ACCEPTED = Counter("care_intake_messages", "Messages by what intake answered.", ["door", "outcome"])
WORK_APPLIED = Counter("care_record_messages_applied", "Messages this worker put into the record.")
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
