"""Looking at what was written of who saw what: whether it is whole, and what it says."""
