"""Real Apache Kafka for tests, as jars and a JVM on loopback."""
