"""Open pages that hear when what they show has changed."""
