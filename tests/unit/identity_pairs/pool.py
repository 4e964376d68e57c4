"""People made of few values, so that what they share and what they do not come up in every mixture."""

from hypothesis import strategies as st

from services.domain.identity.profile import Profile, Told, profile

A, B, C = "9990000018", "9990000026", "9990000034"

_NAMES = (
    ("Wren", "Quillfeather"),
    ("Wrenn", "Quilfeather"),
    ("Quillfeather", "Wren"),
    ("W", "Quillfeather"),
    ("Wren Ada", "Quillfeather-Larter"),
    ("Ada Wren", "Larter"),
    ("Jayden", "Fenn"),
    ("Kayden", "Fenn"),
    ("Bob", "Smith"),
    ("Robert William", "Smith"),
    ("Bill", "Smyth"),
    ("Mabel", ""),
    ("", "Oduya"),
)
_BORN = ("", "1990", "1990-04", "1990-04-02", "1990-02-04", "1990-04-03", "1991-04-02", "1962-09-30")
_HOMES = (
    ("4 Reed Lane", "Salthouse", "NR98 4QF"),
    ("Reed Ln", "Salthouse", ""),
    ("Flat 2, 4 Reed Lane", "Salthouse", "NR98 4QE"),
    ("17 Otter Wharf", "Bishopsford", "IP98 2AB"),
    ("", "", "NR98 4QF"),
    ("High Street", "Bishopsforde", ""),
)
_PHONES = ("07700 900101", "07700 900102", "01632 960123")
_EMAILS = ("w.quill@mail.example", "w.quil@mail.example", "w.quill@post.example", "fenns@mail.example")


def _some(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


people = st.builds(
    Told,
    names=st.lists(st.sampled_from(_NAMES), max_size=2, unique=True),
    birth_date=st.sampled_from(_BORN),
    gender=st.sampled_from(("", "female", "male", "other")),
    addresses=st.lists(st.sampled_from(_HOMES), max_size=2, unique=True),
    phones=_some(_PHONES),
    emails=_some(_EMAILS),
    numbers=_some((A, B, C)) | st.just([]),
    invalid_numbers=_some(("9990000019", "9990000081"), 1),
    other_numbers=_some(("QQ123456C", "QQ123456D"), 1),
    replaced=st.sampled_from(([], [], [], [(A, B)], [(B, C)], [(A, B), (B, C)])),
)
"""What sources tell."""

profiles: st.SearchStrategy[Profile] = people.map(profile)
"""What is made of it."""
