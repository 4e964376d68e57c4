"""Words brought to what two systems would write alike."""

import hashlib
import re
import unicodedata

from services.domain.identity.remembered import LONGEST_TEXT, remembered

_MARKS = re.compile(r"[^\w]+")
_AFTER_NAME = re.compile(r"[,(;]")


def plain(text: str) -> str:
    """Small letters and digits, without accents or punctuation, a space between words.

    Of more than LONGEST_TEXT of these, the beginning and a hash of all: two that end differently differ.
    """
    if len(text) <= LONGEST_TEXT:
        return _plain(text)
    whole = _in_plain_letters(text)
    if len(whole) <= LONGEST_TEXT:
        return whole
    return f"{whole[:LONGEST_TEXT]} {hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()}"


def plain_name(told: str) -> str:
    """A name without the role that systems write behind it: 'Priya Nair, named social worker' is priya nair."""
    return plain(_AFTER_NAME.split(told, maxsplit=1)[0])


def _in_plain_letters(text: str) -> str:
    letters = text.casefold()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _MARKS.sub(" ", letters).strip()


_plain = remembered(_in_plain_letters)
