"""Network meetings of the Open Dialogue team, as the hospital's system and the peer charity's each write them down."""

from tests.streams.community_builders import Voice, meeting
from tests.streams.fhir_builders import Resource, SourceRecord
from tests.streams.open_dialogue_partners import PEER, PSYCHIATRIST, SOCIAL_WORKER, TEAM


def met(
    hospital: SourceRecord, local: str, start: str, end: str, *others: Voice, journey: Resource
) -> Resource:
    """A meeting of the team and the others, under the name that the hospital has for all of them."""
    return meeting(hospital, local, "Network meeting", start, end, *others, *TEAM, journey=journey)


def met_with_peers(
    peers: SourceRecord, local: str, what: str, start: str, end: str, *others: Voice, journey: Resource
) -> Resource:
    """The same as the charity has it: in its own words, its own worker first, and the hospital's journey id."""
    voices = PEER, *others, PSYCHIATRIST, SOCIAL_WORKER
    return meeting(peers, local, what, start, end, *voices, journey=journey)
