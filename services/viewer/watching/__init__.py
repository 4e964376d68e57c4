"""What follows the record by itself: boards, counts over everybody, and notices to stop showing."""
