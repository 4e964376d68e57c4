"""The Lambeth stream: introductions to community assets, what came of them, and what referral followed."""

from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple

from services.domain.record.instant import DAY, moment_ticks
from tests.streams.community_builders import DIRECTORY
from tests.streams.fhir_builders import Resource
from tests.streams.lambeth import LAMBETH
from tests.streams.lambeth_partners import ASSETS, SECONDARY, TRUST
from tests.streams.told_stream import Told, told_stream

FILE = told_stream(LAMBETH)
ENDS = {"completed": "went", "revoked": "did not go"}
WITHIN = 180 * DAY


class Introduction(NamedTuple):
    """One introduction, by however many systems it is told."""

    person: str
    asset: str
    day: str
    sources: int
    ended: str
    """Went, did not go, or empty where it is not known."""
    followed: bool
    """Whether a referral of the person to secondary care was made after it."""


def is_introduction(resource: Resource) -> bool:
    """Whether a ServiceRequest says so, in words at least."""
    return any(category.get("text") == "Introduction" for category in resource["category"])


def made(resource: Resource) -> int:
    """When a ServiceRequest was made, in ticks."""
    ticks = moment_ticks(resource["authoredOn"])
    assert ticks is not None
    return ticks


def asset_of(resource: Resource) -> str:
    """The directory's number of the asset that somebody is introduced to."""
    (performer,) = resource["performer"]
    assert performer["type"] == "HealthcareService"
    assert performer["identifier"]["system"] == f"{DIRECTORY}/asset-id"
    return str(performer["identifier"]["value"])


def introductions() -> list[Introduction]:
    """Each once, by however many systems it is told."""
    return [
        Introduction(
            person,
            asset,
            day,
            len(words),
            next((ENDS[one.resource["status"]] for one in words if one.resource["status"] in ENDS), ""),
            any(0 < later - made(words[0].resource) <= WITHIN for later in asked_of_secondary_care(person)),
        )
        for (person, asset, day), words in told_of_introductions().items()
    ]


def told_of_introductions() -> dict[tuple[str, str, str], list[Told]]:
    """Two systems' words of one person, one asset and one day are of one introduction."""
    found: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for one in FILE.standing("ServiceRequest"):
        if is_introduction(one.resource):
            found[one.person, asset_of(one.resource), one.resource["authoredOn"][:10]].append(one)
    for words in found.values():
        assert len({one.sender for one in words}) == len(words), "a system tells of an introduction once"
    return found


def asked_of_secondary_care(person: str) -> list[int]:
    """When this person was referred to secondary care, in ticks."""
    return [
        made(one.resource)
        for one in FILE.standing("ServiceRequest")
        if one.person == person and one.resource.get("performerType") == SECONDARY["performerType"]
    ]


def test_thirteen_introductions_of_which_two_are_told_by_two() -> None:
    assert Counter((one.person, one.sources) for one in introductions()) == {
        ("Delroy Benbow", 1): 3,
        ("Farida Noorzai", 1): 2,
        ("Farida Noorzai", 2): 1,
        ("Kit Rowntree", 1): 1,
        ("Winifred Osei", 1): 2,
        ("Sunny Mistry", 1): 1,
        ("Sunny Mistry", 2): 1,
        ("Bronagh Tully", 1): 2,
    }


def test_eleven_ended_without_a_referral_to_secondary_care() -> None:
    counted = Counter((one.ended, one.followed) for one in introductions())
    assert counted == {("went", False): 9, ("went", True): 1, ("did not go", False): 2, ("", False): 1}


def test_the_one_that_a_referral_followed_is_winifreds_first() -> None:
    assert [one[:3] for one in introductions() if one.followed] == [("Winifred Osei", "A-031", "2026-03-12")]


def test_the_reading_states_the_figures() -> None:
    text = LAMBETH.reading.read_text()
    assert "**13 introductions**" in text
    assert "**11 introductions ended without a secondary-care referral**" in text


def test_a_referral_to_secondary_care_asks_the_trust_and_no_other_does() -> None:
    for one in FILE.standing("ServiceRequest"):
        asks_trust = any(
            performer["identifier"]["value"] == TRUST.ods for performer in one.resource["performer"]
        )
        assert asks_trust == (one.resource.get("performerType") == SECONDARY["performerType"])


def test_every_asset_is_told_with_those_who_run_it() -> None:
    services = {each["identifier"][0]["value"]: each for _, each in FILE.arriving("HealthcareService")}
    assert set(services) == {asset.number for asset in ASSETS}
    for line in FILE.lines:
        kinds = Counter(entry["resource"]["resourceType"] for entry in line["message"]["entry"])
        assert kinds["HealthcareService"] == kinds["Organization"]


def test_whether_they_went_is_told_by_a_visit_or_an_answer() -> None:
    """Of each introduction that ended somebody says how: by a contact based on it, by a Task about it or by both."""
    answered = {one.resource["focus"]["reference"] for one in FILE.standing("Task")}
    visited = {
        reference["identifier"]["value"]
        for one in FILE.standing("Encounter")
        for reference in one.resource.get("basedOn", [])
    }
    ways: Counter[str] = Counter()
    for words in told_of_introductions().values():
        visit = any(one.resource["identifier"][0]["value"] in visited for one in words)
        answer = any(one.thing in answered for one in words)
        ended = any(one.resource["status"] in ENDS for one in words)
        assert ended == (visit or answer)
        ways[" and ".join(["visit"] * visit + ["answer"] * answer)] += 1
    assert ways == {"visit": 6, "answer": 5, "visit and answer": 1, "": 1}


def test_a_referral_told_by_two_is_one_with_a_number_in_common_or_in_other_words() -> None:
    """By the requester, the performer and the day, where no number says so."""
    pairs: Counter[str] = Counter()
    requests = [one for one in FILE.standing("ServiceRequest") if not is_introduction(one.resource)]
    for one, other in combinations(requests, 2):
        if one.person == other.person and one.sender != other.sender:
            same = [
                [each["identifier"]["value"] for each in (request["requester"], *request["performer"])]
                + [request["authoredOn"][:10]]
                for request in (one.resource, other.resource)
            ]
            assert (same[0] == same[1]) == (FILE.entry(one) == FILE.entry(other))
            if same[0] == same[1]:
                worded_alike = one.resource["code"] == other.resource["code"]
                pairs["by a number" if worded_alike else "in other words"] += 1
    assert pairs == {"by a number": 3, "in other words": 5}


def test_an_introduction_told_by_two_is_one() -> None:
    for words in told_of_introductions().values():
        assert len({FILE.entry(one) for one in words}) == 1


def test_the_second_referral_comes_six_weeks_after_the_first() -> None:
    days = sorted(
        made(one.resource) // DAY
        for one in FILE.standing("ServiceRequest")
        if one.person == "Delroy Benbow" and one.resource["code"]["text"] == "Help to get out and meet people"
    )
    assert [days[1] - days[0], len(days)] == [42, 2]


def test_a_rejection_has_its_reason_and_an_onward_referral() -> None:
    (rejected,) = [one for one in FILE.standing("Task") if one.resource["status"] == "rejected"]
    assert "one more waiting room" in rejected.resource["statusReason"]["text"]
    onward = [
        one
        for one in FILE.standing("ServiceRequest")
        if one.person == rejected.person and one.resource.get("basedOn")
    ]
    assert [one.resource["authoredOn"][:10] for one in onward] == ["2026-01-26"]


def test_contacts_written_down_by_two_overlap_and_share_a_worker() -> None:
    pairs = Counter(
        one.person
        for one, other in combinations(FILE.standing("Encounter"), 2)
        if one.person == other.person
        and one.sender != other.sender
        and _overlap(one.resource, other.resource)
    )
    assert pairs == {"Farida Noorzai": 1, "Kit Rowntree": 1, "Winifred Osei": 1, "Bronagh Tully": 1}


def test_a_first_visit_that_each_puts_in_another_place_is_one_by_its_worker() -> None:
    """The front door tells of it as out in the field, the charity as at its own place."""
    contacts = {key for key in FILE.folded() if key[1] == "Encounter"}
    people = {"Winifred Osei", "Bronagh Tully", "Kit Rowntree", "Farida Noorzai"}
    assert {person for person, _, _ in contacts} == people


def test_two_scores_of_one_day_are_left_for_a_person_to_judge() -> None:
    """The one that was entered in error is not."""
    assert FILE.flagged() == {
        ("Bronagh Tully", "measured-twice", frozenset({"reqol-0220-3", "obs-39944-4"})): 1,
    }


def _overlap(one: Resource, other: Resource) -> bool:
    starts, ends = (
        [moment_ticks(each["period"][end]) or 0 for each in (one, other)] for end in ("start", "end")
    )
    workers = [
        {each["individual"]["display"] for each in contact.get("participant", [])} for contact in (one, other)
    ]
    together = max(starts) < min(ends)
    assert not together or workers[0] & workers[1]
    return together


def test_what_went_wrong_on_the_way_is_there() -> None:
    assert FILE.redelivered() == [2, 2, 2]
    assert FILE.under_two_ids() == 1
    taken_back = sorted(one.resource["id"] for one in FILE.current if not one.stands)
    assert taken_back == ["int-0261", "reqol-0220-2"]
    assert sum("timestamp" not in line["message"] for line in FILE.lines) == 1
    evening = [line["sent"] for line in FILE.lines if line["sender"] == "ZZL05"]
    assert evening != sorted(evening), "a late batch out of order"


def test_a_person_without_a_number_is_known_to_two() -> None:
    numbers: dict[str, set[str]] = defaultdict(set)
    senders: dict[str, set[str]] = defaultdict(set)
    for one in FILE.standing("Patient"):
        senders[one.person].add(one.sender)
        numbers[one.person] |= {
            each["system"] for each in one.resource["identifier"] if "nhs" in each["system"]
        }
    (without,) = [person for person, found in numbers.items() if not found]
    assert without == "Sunny Mistry"
    assert senders[without] == {"ZZL01", "ZZL06"}
