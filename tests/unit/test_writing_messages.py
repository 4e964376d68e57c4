"""From what is written on a page to its message: accepted like any sender's, the same for the same form."""

from typing import Any

import orjson
import pytest
from starlette.datastructures import FormData

from schemas.fhir.message import read_message_bytes
from schemas.uploads.resources import Registered
from schemas.writing.messages import Writer
from schemas.writing.person import NHS_NUMBER, Described, patient
from services.domain.message import message_key, read_message, subject_of
from services.domain.record.telling import tell
from services.domain.writing.acts import OF_THE_PERSON, ON_A_REFERRAL, Act
from services.writing.building import Referred, build
from services.writing.fields import FORMS, Filled, filled_in
from tests.unit.writing_forms import FILLED, TODAY

AT, LATER = "2026-06-01T10:00:00.1234567Z", "2026-06-02T09:00:00Z"
NAMES = {"ZZV58": "Tidewell Peers", "ZZT41": "Broadland Wellbeing Trust"}
WREN = Described(
    "ab" * 16,
    "9990000018",
    "Quillfeather",
    "Wren Ada",
    "1990-04-02",
    "female",
    ("4 Reed Lane", "", "NR98 4QF"),
)
UBRN = {
    "type": "ServiceRequest",
    "identifier": {"system": "https://fhir.nhs.uk/Id/UBRN", "value": "100200300401"},
}
REFERRED = Referred(
    UBRN, "Befriending", False, {"ZZT41": {"type": "Organization", **Registered(NAMES).reference("ZZT41")}}
)
TOLD = {
    Act.ACCEPT: "Task",
    Act.REJECT: "Task",
    Act.HAND_OVER: "ServiceRequest",
    Act.CLOSE: "Task",
    Act.CONTACT: "Encounter",
    Act.NOTE: "Communication",
    Act.GOAL: "Goal",
    Act.MEETING: "Encounter",
    Act.NAMED_WORKER: "CareTeam",
    Act.REFER: "ServiceRequest",
}


def writer(form: str = "ab" * 16, at: str = AT, who: Described = WREN) -> Writer:
    """A peer worker at the keys."""
    return Writer("ZZV58", Registered(NAMES).reference("ZZV58"), "Sam Okafor", who, form, at)


def filled(act: Act, **told: str) -> Filled:
    """The form of an act, filled in as it should be but for what is said otherwise."""
    given = FormData({"key": "ab" * 16, **FILLED[act], **told})
    return filled_in(FORMS[act], given, ["ZZT41"], TODAY)


def written(act: Act, by: Writer, **told: str) -> bytes:
    """The message of it."""
    done = filled(act, **told)
    assert done.errors == {}
    return build(act, by, done, REFERRED)


def resources(body: bytes) -> list[dict[str, Any]]:
    """What a message tells beside its header and the person; it must be accepted, and without a deviation."""
    reading = read_message_bytes(body)
    assert reading.notes == []
    return [entry["resource"] for entry in reading.bundle["entry"][2:]]


@pytest.mark.parametrize("act", Act)
def test_every_form_makes_a_message_that_is_accepted(act: Act) -> None:
    """From the organisation, by the worker's name, about the person, as of now."""
    body = written(act, writer())
    bundle = read_message_bytes(body).bundle
    header, about, first, *_ = [entry["resource"] for entry in bundle["entry"]]
    assert header["eventCoding"]["code"] == f"page-{act}"
    assert header["sender"]["identifier"]["value"] == "ZZV58"
    assert header["author"]["display"] == "Sam Okafor"
    assert {"system": NHS_NUMBER, "value": "9990000018"} in about["identifier"]
    assert first["resourceType"] == TOLD[act]
    assert bundle["timestamp"] == AT
    record = subject_of(orjson.loads(body), "ZZV58", b"key")
    assert len(read_message(orjson.loads(body), record, 0).versions) == len(bundle["entry"])


@pytest.mark.parametrize("act", Act)
def test_the_same_form_is_the_same_message_and_another_is_another_thing(act: Act) -> None:
    """Ids come from the one-time key: of another moment it is another version of the same thing; but a named worker
    takes the place of the one before."""
    assert written(act, writer()) == written(act, writer())
    assert message_key("ZZV58", written(act, writer())) != message_key(
        "ZZV58", written(act, writer(at=LATER))
    )

    def keys(by: Writer) -> set[bytes]:
        body = written(act, by)
        versions = read_message(orjson.loads(body), b"r" * 16, 0).versions
        kinds = [entry["resource"]["resourceType"] for entry in orjson.loads(body)["entry"]]
        return {
            one.resource_key
            for one, kind in zip(versions, kinds, strict=True)
            if kind not in ("Patient", "MessageHeader")
        }

    assert keys(writer()) == keys(writer(at=LATER))
    assert (keys(writer()) == keys(writer("cd" * 16))) == (act is Act.NAMED_WORKER)


def test_answers_point_at_the_referral_and_say_why() -> None:
    """Accepted, rejected with the reason, completed with what came of it, handed over as based on it."""
    (yes,) = resources(written(Act.ACCEPT, writer(), said=""))
    assert (yes["status"], yes["focus"], yes["owner"]["display"]) == ("accepted", UBRN, "Tidewell Peers")
    assert "statusReason" not in yes
    (no,) = resources(written(Act.REJECT, writer(), said="Not <b>near</b>"))
    assert (no["status"], no["statusReason"]["text"]) == ("rejected", "Not <b>near</b>")
    (done,) = resources(written(Act.CLOSE, writer(), outcome="She has friends now"))
    assert (done["status"], done["output"][0]["valueString"]) == ("completed", "She has friends now")
    (onward,) = resources(written(Act.HAND_OVER, writer(), why="Nearer to her"))
    assert (onward["basedOn"], onward["code"]["text"]) == ([UBRN], "Befriending")
    assert onward["performer"][0]["display"] == "Broadland Wellbeing Trust"
    assert onward["priority"] == "routine"
    soon = build(Act.HAND_OVER, writer(), filled(Act.HAND_OVER), REFERRED._replace(urgent=True))
    assert [one["priority"] for one in resources(soon)] == ["urgent"]


def test_in_a_meeting_everybody_takes_part_alike() -> None:
    """However many, in the order given, and nothing else is told of any."""
    people = [f"Somebody {number}, neighbour" for number in range(30)]
    (met, said) = resources(written(Act.MEETING, writer(), people="\r\n".join(people) + "\n\n"))
    assert [one["individual"]["display"] for one in met["participant"]] == people
    assert {*map(len, met["participant"])} == {1}
    assert said["payload"][0]["contentString"] == "We listened."


def test_a_contact_and_a_goal_are_told_in_the_words_that_were_written() -> None:
    """As the timeline shows them."""
    met, said = resources(written(Act.CONTACT, writer()))
    assert tell(met, 0).title == "Walk and talk"
    assert said["encounter"]["reference"].startswith("urn:uuid:")
    (goal,) = resources(written(Act.GOAL, writer()))
    assert goal["description"]["text"] == "Keep bees again"
    assert goal["expressedBy"] == goal["subject"]


def test_where_somebody_lives_is_said_only_where_no_number_is_known() -> None:
    """Nothing is handed on that is not needed to know them again."""
    assert patient(WREN, "ZZV58").keys().isdisjoint({"address", "telecom"})
    told = patient(WREN._replace(nhs_number="", phone="07700 900101"), "ZZV58")
    assert told["address"] == [{"line": ["4 Reed Lane"], "postalCode": "NR98 4QF"}]
    assert told["telecom"] == [{"system": "phone", "value": "07700 900101"}]
    assert "meta" not in told
    restricted = patient(WREN._replace(confidentiality="R"), "ZZV58")
    assert [one["code"] for one in restricted["meta"]["security"]] == ["R"]
    only = patient(Described("ab" * 16), "ZZV58")
    assert only.keys() == {"resourceType", "identifier"}


@pytest.mark.parametrize(
    ("act", "told", "wrong"),
    [
        (Act.REJECT, {"said": "  "}, {"said": "Say why it is not for you."}),
        (Act.CLOSE, {"outcome": ""}, {"outcome": "Say what came of it."}),
        (Act.HAND_OVER, {"to": "ZZV58"}, {"to": "Choose the service."}),
        (Act.CONTACT, {"date": "2026-06-02"}, {"date": "This day is yet to come."}),
        (Act.CONTACT, {"date": "soon"}, {"date": "Write the day like 04/05/2026."}),
        (Act.CONTACT, {"how": "by owl"}, {"how": "Choose how you met."}),
        (Act.NOTE, {"words": "x" * 4001}, {"words": "This has 4,001 characters, and 4,000 are the most."}),
        (Act.NOTE, {"about": "x" * 999}, {"about": "This has 201 characters, and 200 are the most."}),
        (Act.NOTE, {"words": "a\0b"}, {"words": "This has characters that nobody can read. Write it again."}),
        (Act.MEETING, {"people": "A\n" * 41}, {"people": "At most 40 people can be told."}),
        (Act.GOAL, {"key": "x"}, {"form": "The form was not whole. Look through it, and send it again."}),
    ],
)
def test_what_is_wrong_is_said_of_its_field_and_what_was_typed_is_kept(
    act: Act, told: dict[str, str], wrong: dict[str, str]
) -> None:
    """And nothing else is wrong."""
    found = filled(act, **told)
    assert found.errors == wrong
    assert {name: found.told[name] for name in FILLED[act] if name not in told} == {
        name: text for name, text in FILLED[act].items() if name not in told
    }


def test_a_day_may_be_written_as_people_write_it() -> None:
    """As the year begins with it, or as it ends."""
    assert filled(Act.CONTACT, date="04/05/2026").told["date"] == "2026-05-04"


def test_every_act_has_a_form() -> None:
    """And is either of a referral or of the person."""
    assert {*FORMS} == {*Act} == {*ON_A_REFERRAL, *OF_THE_PERSON} == {*FILLED}
