"""Words brought to what two systems would write alike."""

import re
import unicodedata

from services.domain.identity.remembered import remembered

_MARKS = re.compile(r"[^\w]+")
_AFTER_NAME = re.compile(r"\s*[,(;].*")


@remembered
def plain(text: str) -> str:
    """Small letters and digits, without accents or punctuation, a space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _MARKS.sub(" ", letters).strip()


@remembered
def plain_name(told: str) -> str:
    """A name without the role that systems write behind it: 'Priya Nair, named social worker' is priya nair."""
    return plain(_AFTER_NAME.sub("", told))
