"""Referral threads: one referral's life across organisations, from the asking to what came of it."""
