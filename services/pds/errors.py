"""How asking PDS fails.

PdsError
  PdsAway       not just now: another try later can mend it
  PdsRefused    not from here: somebody has to put the configuration right
  PdsRejected   not so: PDS cannot work with what was asked about this one person
"""


class PdsError(Exception):
    """PDS gave no answer that can be used."""


class PdsAway(PdsError):
    """PDS does not answer, or not sensibly, just now; another try later can mend it."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait
        """Seconds that PDS asked to be left alone."""


class PdsRefused(PdsError):
    """PDS does not take requests from here: address, token or permission is wrong, and asking again mends nothing."""


class PdsRejected(PdsError):
    """PDS cannot work with what was asked about this one person."""
