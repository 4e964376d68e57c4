"""Stewards' review of doubtful identities: pairs of source records side by side, why they are in doubt, and rulings."""
