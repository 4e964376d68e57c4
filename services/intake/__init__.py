"""Messages in: two doors (HTTP and Kafka) and one acceptance path behind both."""
