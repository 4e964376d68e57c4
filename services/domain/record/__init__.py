"""What is known of a person: versions and their rank, entries, and the digest that proves them."""
