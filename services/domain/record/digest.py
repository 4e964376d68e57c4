"""A digest of a set: it does not depend on order, and is kept up to date by adding and taking away.

The sum of SHAKE-256 outputs modulo 2^2048, the additive set hash (AdHASH) of Bellare and Micciancio,
'A New Paradigm for Collision-Free Hashing: Incrementality at Reduced Cost', EUROCRYPT 1997; 2,048 bits
keep Wagner's generalised birthday attack out of reach.
"""

import hashlib
from collections.abc import Iterable

SUM_BYTES = 256
_MODULUS = 1 << (8 * SUM_BYTES)


def element(label: bytes, *parts: bytes) -> int:
    """The number that stands for one element; parts are length-prefixed, so joining them is unambiguous."""
    hasher = hashlib.shake_256()
    for part in (label, *parts):
        hasher.update(len(part).to_bytes(8, "big"))
        hasher.update(part)
    return int.from_bytes(hasher.digest(SUM_BYTES), "big")


def add(total: int, come: Iterable[int], gone: Iterable[int] = ()) -> int:
    """The sum of the set once `come` has joined and `gone` has left it."""
    return (total + sum(come) - sum(gone)) % _MODULUS


def to_bytes(total: int) -> bytes:
    """The sum as it is stored, 256 bytes, most significant first."""
    return total.to_bytes(SUM_BYTES, "big")


def from_bytes(stored: bytes) -> int:
    """The sum that `to_bytes` wrote."""
    return int.from_bytes(stored, "big")


def fingerprint(total: int) -> str:
    """What people compare: SHA-256 of the sum, in hexadecimal."""
    return hashlib.sha256(to_bytes(total)).hexdigest()
