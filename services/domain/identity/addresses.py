"""Streets and towns as comparable values."""

import re
from typing import NamedTuple

from services.domain.identity.names import folded
from services.domain.identity.remembered import remembered


class Street(NamedTuple):
    """Where on which street; empty texts where that is not known."""

    number: str
    """The house number, then a slash and the flat's: '14', '14a', '14/2'; the flat's alone where no house has one."""
    name: str
    """The street's name, or the house's or block's where no street is given; words in full, lower case."""


NOWHERE = Street("", "")

_ABBREVIATIONS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "cl": "close",
    "cres": "crescent", "cresc": "crescent", "dr": "drive", "drv": "drive", "ln": "lane", "la": "lane",
    "pl": "place", "sq": "square", "gdns": "gardens", "gdn": "garden", "gds": "gardens", "ct": "court",
    "crt": "court", "ter": "terrace", "terr": "terrace", "tce": "terrace", "gr": "grove", "gro": "grove",
    "grv": "grove", "pk": "park", "wlk": "walk", "wy": "way", "hl": "hill", "grn": "green", "est": "estate",
    "mws": "mews", "hse": "house", "ho": "house", "bldg": "building", "bldgs": "buildings", "cott": "cottage",
    "cotts": "cottages", "fm": "farm", "pde": "parade", "yd": "yard", "cir": "circle", "cct": "circuit",
    "blvd": "boulevard", "bvd": "boulevard", "hwy": "highway", "pkwy": "parkway", "mdw": "meadow",
    "mdws": "meadows", "vw": "view", "rw": "row", "cswy": "causeway", "esp": "esplanade", "prom": "promenade",
    "hts": "heights", "ctr": "centre", "cnr": "corner", "bri": "bridge", "brg": "bridge",
}  # fmt: skip
"""The last word of a street as it is shortened, by the word in full."""
_HOUSE_WORDS = frozenset({"house", "cottage", "cottages", "farm", "building", "buildings", "court"})
_STREET_WORDS = (frozenset(_ABBREVIATIONS.values()) - _HOUSE_WORDS) | frozenset(
    {"bank", "brae", "broadway", "chase", "common", "croft", "drift", "end", "fold", "gate", "link", "loke", "mead",
     "parkway", "passage", "path", "quay", "rise", "vale", "wharf", "wynd"}
)  # fmt: skip
"""Words a street's name ends in, by which it is told from a house's."""
_OPENINGS = {"gt": "great", "mt": "mount", "lwr": "lower", "upr": "upper", "saint": "st", "lt": "little"}
_COMPASS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_FLAT = re.compile(
    r"\b(?:flat|flt|apartment|apt|unit|room|rm|studio|suite)\.? *(?:no\.? *)?([0-9]+[a-z]?(?:/[0-9]+)?|[a-z])\b[, ]*"
)
_NUMBER = re.compile(
    r"(?:no\.? ?|number |#)?([0-9]+(?: ?[a-z](?= [a-z0-9]{2})|[a-z])?(?: ?[-/] ?[0-9]+[a-z]?)?)(?![a-z0-9])"
)
_LAST_NUMBER = re.compile(r"(.*[a-z]) ([0-9]+[a-z]?(?:[-/][0-9]+[a-z]?)?)")
_NOT_WORD = re.compile(r"[^\w]+|_")
_NO_STREET = frozenset(
    {"nfa", "no fixed abode", "no fixed address", "of no fixed abode", "homeless", "unknown", "not known", "none",
     "no address", "address unknown", "not given", "not stated", "na", "n a", "null", "nil", "tbc"}
)  # fmt: skip


@remembered
def street(text: str) -> Street:
    """Number and street of an address line, or of lines parted by commas: 'Flat 2, 14 High St'."""
    line = folded(text)
    flat = ""
    if found := _FLAT.search(line):
        flat, line = found[1], f"{line[: found.start()]},{line[found.end() :]}"
    parts = [place for part in re.split(r"[,\n;]", line) if (place := _place(part)) != NOWHERE]
    if not parts:
        return Street(flat, "")
    numbered = [place for place in parts if place.number and place.name]
    on_street = [place for place in parts if place.name.rsplit(" ", 1)[-1] in _STREET_WORDS]
    number, name = (numbered or on_street or [place for place in parts if place.name] or parts)[0]
    if not number:
        number = next((place.number for place in parts if place.number), "")
    if flat:
        number = f"{number}/{flat}" if number else flat
    return Street(number, name)


@remembered
def town(text: str) -> str:
    """The town, lower case and in full words; what follows a comma is left off."""
    first = next((part for part in folded(text).split(",") if part.strip()), "")
    words = [word for word in _words(first) if not any(one.isdigit() for one in word)]
    if words and words[0] in {"nr", "near"}:
        del words[0]
    name = " ".join(_OPENINGS.get(word, word) for word in words)
    return "" if name in _NO_STREET else name


def _place(part: str) -> Street:
    """Number and name of what stands between two commas."""
    part = part.strip()
    number = ""
    if found := _NUMBER.match(part):
        number, part = found[1].replace(" ", ""), part[found.end() :]
    elif found := _LAST_NUMBER.fullmatch(part):
        part, number = found[1], found[2]
    name = _name(part)
    return NOWHERE if name in _NO_STREET else Street(number, name)


def _words(text: str) -> list[str]:
    return _NOT_WORD.sub(" ", text).split()


def _name(text: str) -> str:
    words = _words(text)
    if len(words) > 1 and words[0] == "the" and not (len(words) == 2 and words[1] in _STREET_WORDS):
        del words[0]
    if not words:
        return ""
    words[0] = _OPENINGS.get(words[0], words[0]) if len(words) > 1 else words[0]
    last = len(words) - 1
    if last > 1 and words[last] in {*_COMPASS, *_COMPASS.values()}:
        words[last] = _COMPASS.get(words[last], words[last])
        last -= 1
    if last > 0:
        words[last] = _ABBREVIATIONS.get(words[last], words[last])
    return " ".join(words)
