"""Postcodes, telephone numbers and e-mail addresses as comparable values."""

import re

import phonenumbers

from services.domain.identity.remembered import remembered

_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]")
_OUTWARD = re.compile(r"[A-Z][A-HJ-Y]?[0-9][0-9A-HJ-NP-Z]?|GIR")
_POSTCODE = re.compile(rf"({_OUTWARD.pattern})([0-9][A-Z]{{2}})")
"""The shapes that GOV.UK publishes ('Bulk Data Transfer: additional validation for CAS upload'), but that no
district ends in I or O: those are the digits."""
_SHAPES = {
    5: ("A99AA",),
    6: ("A999AA", "AA99AA", "A9A9AA"),
    7: ("AA999AA", "AA9A9AA"),
}
_TO_LETTER = {"0": "O", "1": "I"}
_TO_DIGIT = {"O": "0", "I": "1", "L": "1"}
_PSEUDO = "ZZ99"
"""The district of the pseudo postcodes by which ONS tells no fixed abode, abroad and not known."""

_DIGITS_TOLD = 7
"""Fewer digits than these are no telephone number that could be dialled from afar."""
_NUMBER = re.compile(r"\+?[0-9(][0-9 ().\-\u2010-\u2015\xa0\t]*")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_UK_NATIONAL = re.compile(r"(?:(?:\+|00)440?|0)([1-37-9][0-9]{9})")

_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_]{2,}")
_NO_ONES = frozenset(
    {"noreply", "no-reply", "no.reply", "donotreply", "do-not-reply", "none", "na", "n.a", "n/a", "nil",
     "null", "test", "unknown", "noemail", "no-email", "nomail", "notknown", "not-known", "nobody", "email"}
)  # fmt: skip
"""What stands before the @ where there is nobody to write to."""
_DOTLESS = "gmail.com"


@remembered
def postcode(text: str) -> str:
    """The postcode as 'NR1 1AA'; letters and digits alone where it is of another country; else empty.

    O for 0 and I for 1, and the other way round, are put right where the shape leaves no choice.
    """
    bare = _NOT_ALPHANUMERIC.sub("", text.upper())
    if bare.startswith(_PSEUDO) or len(set(bare)) < 2:
        return ""
    if found := _POSTCODE.fullmatch(bare) or _put_right(bare):
        return f"{found[1]} {found[2]}"
    return bare if 3 <= len(bare) <= 10 and any(one.isdigit() for one in bare) else ""


def outcode(postcode: str) -> str:
    """The outward part of what `postcode` gave: the district; of another country's the first half."""
    outward, space, _ = postcode.partition(" ")
    if space or _OUTWARD.fullmatch(postcode):
        return outward
    return postcode[: (len(postcode) + 1) // 2]


@remembered
def phone(text: str) -> str:
    """The number in E.164 form, read as from the United Kingdom; its digits where it cannot be one; else empty."""
    dialled = _dialled(text)
    if len(set(dialled.lstrip("+0"))) < 2:
        return ""
    if found := _UK_NATIONAL.fullmatch(dialled):
        return f"+44{found[1]}"
    return parsed_phone(dialled)


def parsed_phone(dialled: str) -> str:
    """The E.164 form of `dialled` (a plus at most, and digits) by the tables of libphonenumber."""
    try:
        number = phonenumbers.parse(dialled, "GB")
    except phonenumbers.NumberParseException:
        return dialled
    if not phonenumbers.is_possible_number(number):
        return dialled
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@remembered
def email(text: str) -> str:
    """The address casefolded, without a plus tag, with what Gmail ignores left out; empty where it is nobody's."""
    found = _EMAIL.search(text.casefold())
    if not found or text.count("@") != 1:
        return ""
    local, _, domain = found[0].rpartition("@")
    local = local.partition("+")[0]
    if domain in {"googlemail.com", _DOTLESS}:
        local, domain = local.replace(".", ""), _DOTLESS
    return "" if not local or local in _NO_ONES else f"{local}@{domain}"


def _put_right(bare: str) -> re.Match[str] | None:
    """The postcode that is meant where O and 0, or I and 1, were mistaken for each other; the fewest slips win."""
    best: tuple[int, re.Match[str]] | None = None
    for shape in _SHAPES.get(len(bare), ()):
        wanted = zip(bare, shape, strict=True)
        meant = "".join((_TO_DIGIT if kind == "9" else _TO_LETTER).get(one, one) for one, kind in wanted)
        slips = sum(a != b for a, b in zip(bare, meant, strict=True))
        found = _POSTCODE.fullmatch(meant)
        if found and (best is None or slips < best[0]):
            best = slips, found
    return best[1] if best else None


def _dialled(text: str) -> str:
    """A plus, where one opens it, and the digits of the first number in `text`; empty where they are too few."""
    whole = _NOT_DIGIT.sub("", text)
    for found in _NUMBER.finditer(text):
        digits = _NOT_DIGIT.sub("", found[0])
        if len(digits) >= _DIGITS_TOLD:
            return f"+{digits}" if found[0].startswith("+") else digits
    return whole if len(whole) >= _DIGITS_TOLD else ""
