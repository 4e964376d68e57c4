"""The invented people whom the sign-in page of `carethread up --demo` offers, at the bundled organisations."""

from typing import NamedTuple

from services.domain.access.reader import Reader, Role


class DemoPerson(NamedTuple):
    """Somebody to sign in as."""

    reader: Reader
    work: str
    """What they do and where, as the button's words have it."""


def _person(role: Role, organisation: str, name: str, work: str) -> DemoPerson:
    return DemoPerson(Reader(role, organisation, f"demo-{role}", name), work)


DEMO_PEOPLE = (
    _person(Role.CLINICIAN, "ZZT41", "Dr Asha Merrin", "clinician, Broadland Wellbeing Trust"),
    _person(Role.SOCIAL_WORKER, "ZZC12", "Colin Staithe", "social worker, Wensum County Council"),
    _person(Role.PEER_WORKER, "ZZV58", "Jo Tamsin", "peer worker, Tidewell Peers"),
    _person(Role.STEWARD, "", "Ruth Aldous", "steward, keeps the records right"),
    _person(Role.OPS, "", "Sam Okoro", "ops, runs the service and reads nobody's record"),
)


def demo_reader(user: str) -> Reader | None:
    """Who of them has this id, or None."""
    return next((one.reader for one in DEMO_PEOPLE if one.reader.user == user), None)
