"""Profiles as rows keep them, and the tokens by which source records find each other."""

import hashlib

from services.domain.identity.blocking import keys
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
from services.domain.identity.profile_row import from_row, to_row

__all__ = ["as_token", "from_row", "to_row", "tokens"]

_TOKEN_BYTES = 8
"""What PostgreSQL compares at once. Of 30,000,000 keys two share a token once in 40,000 times: then two records more
are compared, everywhere alike."""


def tokens(profile: Profile, model: Model) -> frozenset[int]:
    """The blocking keys of a profile, each as the hash under which it is stored: no name stands in an index."""
    return frozenset(map(as_token, keys(profile, model)))


def as_token(text: str) -> int:
    """The hash under which a text is stored that rows find each other by."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_TOKEN_BYTES).digest(), signed=True)
