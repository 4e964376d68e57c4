"""The message of a ruling: what it says, who may send it, and that no spoilt one gets further than a refusal."""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.reread import reread
from schemas.fhir.ruling import GRADE_SYSTEM, GRADE_URL, LONGEST_WORDS, is_ruling, said_by
from schemas.fhir.validate import resource_issues
from services.domain.identity.rulings import Ruled, Verdict, pair
from services.domain.message import message_key, needs_sent, read_message, subject_of
from services.domain.record.instant import instant_ticks
from services.intake.accept import Checked, Delivery, check
from services.platform.topics import PARTNERSHIP
from services.workbench.publish import Found
from services.workbench.validate import judge
from tests.messages import AT, a_message, a_ruling, resources
from tests.mutations import VALUES, mutated

DECISION = Path(__file__).parents[2] / "docs/decisions/0005-a-ruling-is-a-linkage-in-a-message.md"
KEY = b"a key for tests alone"
ONE, OTHER = bytes(range(16)), bytes(range(100, 116))
VERDICTS = [one.value for one in Verdict]

Document = dict[str, Any]


def checked(document: Document | bytes, sender: str = PARTNERSHIP) -> Checked:
    """What acceptance makes of it."""
    body = document if isinstance(document, bytes) else orjson.dumps(document)
    return check(Delivery(b"delivery", sender, 7, "test", body), KEY)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_ruling_is_valid_and_read_as_it_was_made(verdict: str) -> None:
    """R4, without a repair or deviation; of two records, the lesser first, at the Bundle's own instant."""
    ruling = a_ruling(OTHER, ONE, verdict)
    assert resource_issues(ruling) == []
    body = orjson.dumps(ruling)
    assert read_message_bytes(body).notes == []
    one = checked(body)
    assert one.refused is None
    assert (one.source_record, one.needs_sent, one.told_at) == (ONE, False, instant_ticks(AT))
    assert (one.key, one.nhs_number, one.sender_id) == (
        message_key(PARTNERSHIP, body),
        "missing",
        ruling["id"],
    )
    for sent in (1, 10**18):
        told = read_message(reread(body), one.source_record, sent)
        assert (told.source_record, told.demographics, told.versions) == (ONE, {}, [])
        assert told.ruling == Ruled(pair(ONE, OTHER), Verdict(verdict), instant_ticks(AT) or 0)
    assert said_by(reread(body)) == ("Sam Okafor", "They rang: it is their old address")
    assert judge(Found("ruling.json", body, None)).ok


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=16, max_size=16),
    st.sampled_from(VERDICTS),
    st.text(
        st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=LONGEST_WORDS
    ),
)
def test_whatever_is_ruled_is_read_again(one: bytes, other: bytes, verdict: str, words: str) -> None:
    """Of any two records and with any words; the order in which they are named makes no difference."""
    found = checked(a_ruling(one, other, verdict, reason=words))
    if one == other or not words.strip():
        assert found.refused is not None
        return
    assert found.refused is None
    told = read_message(found.bundle, found.source_record, 1)
    assert told.ruling is not None
    assert told.ruling[:2] == (pair(one, other), Verdict(verdict))
    assert found.source_record == min(one, other)
    swapped = checked(a_ruling(other, one, verdict, reason=words))
    assert read_message(swapped.bundle, swapped.source_record, 1).ruling == told.ruling


def test_a_care_message_rules_nothing() -> None:
    """Though it holds a Linkage of its own."""
    bundle = a_message("r-1")
    linkage = resources(a_ruling(ONE, OTHER))[1]
    for document in (
        bundle,
        bundle | {"entry": [bundle["entry"][0], bundle["entry"][1], {"resource": linkage}]},
    ):
        body = orjson.dumps(document)
        found = checked(body, "ZZT41")
        assert found.refused is None
        assert not is_ruling(found.bundle)
        assert read_message(reread(body), found.source_record, 1).ruling is None
        assert not needs_sent(reread(body))
        assert subject_of(reread(body), "ZZT41", KEY) == found.source_record


@pytest.mark.parametrize("sender", ["ZZT41", "X26", "CARETHREA", "ZZV58"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_partner_rules(sender: str, verdict: str) -> None:
    """Whatever it rules: forbidden, by the rule that says who may."""
    refused = checked(a_ruling(ONE, OTHER, verdict), sender).refused
    assert refused is not None
    assert refused.status == 403
    assert [(issue.code, issue.rule) for issue in refused.issues] == [("forbidden", "ruling-sender")]


def test_the_partnership_tells_of_nobody() -> None:
    """What is said of a person has a partner's name."""
    refused = checked(a_message("r-2")).refused
    assert refused is not None
    assert (refused.status, refused.issues[0].rule) == (403, "ruling-sender")


def _set(*path: str | int, to: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        node: Any = document
        for step in path[:-1]:
            node = node[step]
        if to is None:
            del node[path[-1]]
        else:
            node[path[-1]] = to

    return change


HEADER, LINKAGE = ("entry", 0, "resource"), ("entry", 1, "resource")
IDENTIFIER = (*LINKAGE, "item", 1, "resource", "identifier")
GRADE = (*LINKAGE, "extension", 0)
SPOILT = {
    "no timestamp": (_set("timestamp", to=None), "Bundle.timestamp"),
    "no instant that can be ranked": (_set("timestamp", to="0001-01-01T00:00:00+01:00"), "Bundle.timestamp"),
    "nobody ruled": (_set(*HEADER, "author", to=None), "Bundle.entry[0].resource.author.display"),
    "a name of blanks": (
        _set(*HEADER, "author", "display", to="\u00a0"),
        "Bundle.entry[0].resource.author.display",
    ),
    "a name without an end": (
        _set(*HEADER, "author", "display", to="x" * (LONGEST_WORDS + 1)),
        "Bundle.entry[0].resource.author.display",
    ),
    "no reason": (_set(*HEADER, "reason", to=None), "Bundle.entry[0].resource.reason.text"),
    "a coded reason": (
        _set(*HEADER, "reason", to={"coding": [{"code": "new"}]}),
        "Bundle.entry[0].resource.reason.text",
    ),
    "another event of ours": (
        _set(*HEADER, "eventCoding", "code", to="identity"),
        "Bundle.entry[0].resource.eventCoding.code",
    ),
    "no event of ours": (
        _set(*HEADER, "eventCoding", "code", to=None),
        "Bundle.entry[0].resource.eventCoding.code",
    ),
    "an event of somebody else's": (
        _set(*HEADER, "eventCoding", "system", to="https://tidewell.example/event"),
        "Bundle.entry",
    ),
    "an id of another system": (
        _set(*IDENTIFIER, "system", to="https://tidewell.example/id"),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "an id in capitals": (
        _set(*IDENTIFIER, "value", to="AB" * 16),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "a short id": (
        _set(*IDENTIFIER, "value", to="ab" * 15),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "an id of other digits": (
        _set(*IDENTIFIER, "value", to="\u0661" * 32),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "no id": (
        _set(*LINKAGE, "item", 1, "resource", to={"reference": "Patient/1"}),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "one record twice": (
        _set(*IDENTIFIER, "value", to=ONE.hex()),
        "Bundle.entry[1].resource.item[1].resource.identifier",
    ),
    "no word on whether it holds": (_set(*LINKAGE, "active", to=None), "Bundle.entry[1].resource.active"),
    "undone and graded": (_set(*LINKAGE, "active", to=False), "Bundle.entry[1].resource.extension"),
    "no grade": (_set(*LINKAGE, "extension", to=None), "Bundle.entry[1].resource.extension"),
    "a grade in doubt": (
        _set(*GRADE, "valueCoding", "code", to="probable"),
        "Bundle.entry[1].resource.extension",
    ),
    "a grade of another system": (
        _set(*GRADE, "valueCoding", "system", to="https://tidewell.example/grade"),
        "Bundle.entry[1].resource.extension",
    ),
    "another extension": (
        _set(*GRADE, "url", to="https://tidewell.example/grade"),
        "Bundle.entry[1].resource.extension",
    ),
    "a grade that is no coding": (
        _set(*GRADE, to={"url": GRADE_URL, "valueCode": "certain"}),
        "Bundle.entry[1].resource.extension",
    ),
    "two grades": (
        _set(
            *LINKAGE,
            "extension",
            to=[
                {"url": GRADE_URL, "valueCoding": {"system": GRADE_SYSTEM, "code": code}}
                for code in ("certain",) * 2
            ],
        ),
        "Bundle.entry[1].resource.extension",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_ruling_is_refused_with_its_place(name: str) -> None:
    """By a rule, with a status that says it is the sender's fault."""
    change, place = SPOILT[name]
    ruling = a_ruling(ONE, OTHER)
    change(ruling)
    refused = checked(ruling).refused
    assert refused is not None
    assert refused.status in (400, 422)
    assert place in [issue.place for issue in refused.issues]
    assert all(issue.rule for issue in refused.issues)


def test_a_ruling_is_two_entries_and_nothing_else() -> None:
    """No third record, no Patient beside it, no Linkage before its header."""
    whole = a_ruling(ONE, OTHER)
    three = copy.deepcopy(whole)
    resources(three)[1]["item"].append(copy.deepcopy(resources(three)[1]["item"][0]))
    patient = a_message("r-3")["entry"][1]
    for spoilt in (
        three,
        whole | {"entry": [*whole["entry"], patient]},
        whole | {"entry": [whole["entry"][0], patient]},
        whole | {"entry": whole["entry"][:1]},
        whole | {"entry": whole["entry"][::-1]},
        whole | {"type": "collection"},
        whole | {"type": "collection", "entry": whole["entry"][1:]},
        resources(whole)[1],
    ):
        for sender in (PARTNERSHIP, "ZZT41"):
            assert checked(spoilt, sender).refused is not None


def _takes_it_whole_or_refuses(body: bytes) -> bool:
    """Whether acceptance takes it: then it rules on two records; else it is refused as the sender's fault."""
    found = checked(body)
    if found.refused is not None:
        assert 400 <= found.refused.status < 500
        return False
    told = read_message(reread(body), found.source_record, 1)
    assert told.ruling is not None
    assert len(set(told.ruling.pair)) == 2
    assert all(said_by(reread(body)))
    assert found.source_record == told.ruling.pair[0]
    return True


def _slots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place that holds a value: in what, and under which name or number."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield node, key
        if isinstance(value, dict | list):
            yield from _slots(value)


def test_every_value_of_a_ruling_is_taken_or_refused_whatever_stands_in_its_place() -> None:
    """Each place in turn, removed, and with every value that senders have been seen to write there."""
    taken = refused = 0
    for verdict in VERDICTS:
        whole = {"root": a_ruling(ONE, OTHER, verdict)}
        for number in range(1, len(list(_slots(whole)))):
            for value in (..., *VALUES):
                spoilt = copy.deepcopy(whole)
                holder, key = list(_slots(spoilt))[number]
                if value is ...:
                    del holder[key]
                else:
                    holder[key] = copy.deepcopy(value)
                if _takes_it_whole_or_refuses(orjson.dumps(spoilt["root"])):
                    taken += 1
                else:
                    refused += 1
    assert taken > 50
    assert refused > 1000


@settings(max_examples=400, deadline=None)
@given(mutated([orjson.dumps(a_ruling(ONE, OTHER, verdict)) for verdict in VERDICTS]))
def test_slips_of_any_kind_are_taken_or_refused(body: bytes) -> None:
    """Several at once, and in the bytes."""
    _takes_it_whole_or_refuses(body)
    told = checked(body, "ZZT41")
    assert told.refused is not None


def test_what_is_refused_says_so_in_the_same_words_whoever_reads_it() -> None:
    """The validate command does not know the sender, and says what is wrong all the same."""
    spoilt = a_ruling(ONE, OTHER)
    del spoilt["timestamp"]
    with pytest.raises(Refused):
        read_message_bytes(orjson.dumps(spoilt))
    verdict = judge(Found("ruling.json", orjson.dumps(spoilt), None))
    assert [(issue.rule, issue.place) for issue in verdict.issues] == [("ruling", "Bundle.timestamp")]


def test_the_example_of_the_decision_is_taken() -> None:
    """As it stands there, from a steward, and from nobody else."""
    (example,) = re.findall(r"```json\n(.*?)```", DECISION.read_text(), re.DOTALL)
    assert checked(example.encode()).refused is None
    assert checked(example.encode(), "ZZT41").refused is not None
    made = orjson.loads(example)
    again = a_ruling(ONE, OTHER)
    assert [entry["resource"].keys() for entry in made["entry"]] == [
        entry["resource"].keys() for entry in again["entry"]
    ]
