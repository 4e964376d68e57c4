"""When two referrals referral for something alike: by signatures that are equal or not."""

from collections.abc import Iterator
from typing import Any

from services.domain.record.duplicates.plain_words import plain
from services.domain.record.words import Resource, objects

DAYS = 90
"""Days within which a referral counts as asked again, and an ended one as lately: Carethread's own rule."""

_SERVICE, _REASON = "service", "reason"
_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with")
)


def signatures(request: Resource) -> frozenset[str]:
    """What a ServiceRequest asks for, and why: alike are those that have a signature in common.

    That is the same code, by system or in words, or the same reason. Words are the same whatever their case,
    accents, punctuation and order, and whatever small words stand between them; other words are another reason.
    """
    reasons = [request.get("reasonCode"), request.get("reasonReference")]
    service = (f"{_SERVICE} {one}" for one in _signs(request.get("code")))
    return frozenset((*service, *(f"{_REASON} {one}" for node in reasons for one in _signs(node))))


def in_common(one: frozenset[str], other: frozenset[str]) -> str:
    """What two referrals have in common, in words; empty where they are not alike."""
    kinds = {sign.partition(" ")[0] for sign in one & other}
    if kinds >= {_SERVICE, _REASON}:
        return "The same service for the same reason"
    if _SERVICE in kinds:
        return "The same service"
    return "The same reason" if kinds else ""


def _signs(node: Any) -> Iterator[str]:
    for one in objects(node) if isinstance(node, list) else objects([node]):
        codings = objects(one.get("coding"))
        for coding in codings:
            system, code = coding.get("system"), coding.get("code")
            if isinstance(system, str) and isinstance(code, str):
                yield f"{system}|{code}"
        for text in (one.get("text"), one.get("display"), *(code.get("display") for code in codings)):
            if isinstance(text, str) and (told := _telling_words(text)):
                yield told


def _telling_words(text: str) -> str:
    return " ".join(sorted({*plain(text).split()} - _SMALL))
