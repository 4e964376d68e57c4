"""Duplicates across organisations: which entries of several systems tell of one real thing, and by which rule."""
