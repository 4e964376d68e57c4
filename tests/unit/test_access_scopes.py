"""What each scope opens, verb by verb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.access.granted_scopes import NotAScope, granted, read_scopes
from services.domain.access.reader import Reader, Role
from services.domain.access.scopes import EVERY_TYPE, Verb, permits

SYSTEM = Reader(Role.PARTNER_SYSTEM, "ZZT41", "ZZT41", "")
CLINICIAN = Reader(Role.CLINICIAN, "ZZT41", "u-1", "Sam Okafor")

SCOPES = {
    # scope: verbs of Observation, of Patient, of every type
    "system/Observation.r": ("r", "", ""),
    "system/Observation.s": ("s", "", ""),
    "system/Observation.rs": ("rs", "", ""),
    "system/Observation.cruds": ("cruds", "", ""),
    "system/Observation.cud": ("cud", "", ""),
    "system/Patient.rs": ("", "rs", ""),
    "system/*.rs": ("rs", "rs", "rs"),
    "system/*.cruds": ("cruds", "cruds", "cruds"),
    "system/*.read": ("rs", "rs", "rs"),
    "system/*.write": ("cud", "cud", "cud"),
    "system/*.*": ("cruds", "cruds", "cruds"),
    "system/Observation.read": ("rs", "", ""),
    "system/Patient.write": ("", "cud", ""),
    "system/Observation.sr": ("", "", ""),  # the letters have an order
    "system/Observation.": ("", "", ""),
    "system/Observation": ("", "", ""),
    "system/Observation.rs?category=laboratory": ("", "", ""),
    "system/observation.rs": ("", "", ""),
    "user/*.cruds": ("", "", ""),
    "patient/*.cruds": ("", "", ""),
    "launch/patient": ("", "", ""),
    "openid": ("", "", ""),
    "xsystem/*.rs": ("", "", ""),
    "system/*.rsx": ("", "", ""),
}


KINDS = ["Observation", "Patient", EVERY_TYPE]


@pytest.mark.parametrize(("scope", "verbs"), SCOPES.items(), ids=list(SCOPES))
@pytest.mark.parametrize("verb", Verb)
def test_a_scope_opens_what_it_says(scope: str, verbs: tuple[str, str, str], verb: Verb) -> None:
    """Each scope by each verb, for one type, another and all of them."""
    token = SYSTEM._replace(scopes=frozenset({scope}))
    for kind, opened in zip(KINDS, verbs, strict=True):
        assert permits(token, kind, verb) is (verb.value in opened), kind


def test_who_has_no_scopes_is_not_limited_by_them() -> None:
    """A browser, and a token that the partnership issued itself."""
    assert all(permits(one, "Observation", verb) for one in (SYSTEM, CLINICIAN) for verb in Verb)


def test_the_context_of_a_scope_is_the_holders() -> None:
    """A user's scopes open nothing to a system, nor a system's to a user; a patient's only where one is named."""
    user = CLINICIAN._replace(scopes=frozenset({"user/Observation.rs"}))
    assert permits(user, "Observation", Verb.READ)
    assert not permits(user._replace(scopes=frozenset({"system/Observation.rs"})), "Observation", Verb.READ)
    about_one = user._replace(scopes=frozenset({"patient/Observation.rs"}))
    assert not permits(about_one, "Observation", Verb.READ)
    assert permits(about_one._replace(person=b"p" * 16), "Observation", Verb.READ)


@given(asked=st.sampled_from(sorted(SCOPES)), verb=st.sampled_from(Verb), kind=st.sampled_from(KINDS))
def test_what_is_granted_opens_what_it_was_asked_to(asked: str, verb: Verb, kind: str) -> None:
    """Who may do all is granted each scope that opens anything, and no other; who may do less, no more than that."""
    opens = any(SCOPES[asked])
    assert granted(asked, "system/*.cruds") == ({asked} if opens else set())
    told = granted(f"{asked} openid", "system/Observation.rs")
    token = SYSTEM._replace(scopes=told or frozenset({"openid"}))
    assert permits(token, kind, verb) <= permits(SYSTEM._replace(scopes=frozenset({asked})), kind, verb)
    assert permits(token, kind, verb) <= (kind == "Observation" and verb in "rs")


@pytest.mark.parametrize("scope", [scope for scope, opened in SCOPES.items() if not any(opened)])
def test_what_opens_nothing_is_not_registered(scope: str) -> None:
    """One reading of scopes, where they are registered as where they are held to."""
    with pytest.raises(NotAScope):
        read_scopes(f"system/*.rs {scope}")


@given(
    scopes=st.sets(st.sampled_from(sorted(SCOPES)), min_size=1),
    more=st.sampled_from(sorted(SCOPES)),
    verb=st.sampled_from(Verb),
    kind=st.sampled_from(KINDS),
)
def test_a_scope_more_never_opens_less(scopes: set[str], more: str, verb: Verb, kind: str) -> None:
    """And what several open is what one of them opens."""
    token = SYSTEM._replace(scopes=frozenset(scopes))
    wider = token._replace(scopes=token.scopes | {more})
    each = [permits(token._replace(scopes=frozenset({one})), kind, verb) for one in scopes]
    assert permits(token, kind, verb) is any(each)
    assert permits(wider, kind, verb) >= permits(token, kind, verb)
