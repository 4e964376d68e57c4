"""What becomes of messages, told to their senders; and how good what a partner sends is."""
