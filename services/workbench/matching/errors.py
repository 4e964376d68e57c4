"""What ends `carethread match` before anything is written."""


class CannotMatch(Exception):
    """An input or an option cannot be used; the words say which, where, and what to do."""
