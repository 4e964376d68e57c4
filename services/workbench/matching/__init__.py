"""`carethread match`: which rows of a file, or of two, are of one person."""
