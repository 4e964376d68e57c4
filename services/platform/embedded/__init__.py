"""The local stack: a real PostgreSQL and a Kafka broker from pip, and the processes beside them."""
