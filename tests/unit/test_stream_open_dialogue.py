"""The Open Dialogue stream: meetings in which all take part alike, told by two, with one team throughout."""

from base64 import b64decode
from collections import Counter, defaultdict
from itertools import combinations

from services.domain.record.instant import TICKS_PER_SECOND, moment_ticks
from tests.streams.fhir_builders import Resource
from tests.streams.open_dialogue import OPEN_DIALOGUE
from tests.streams.open_dialogue_partners import CRISIS_LINE, HOSPITAL, PEERS, TEAM
from tests.streams.told_stream import Told, told_stream

FILE = told_stream(OPEN_DIALOGUE)
MINUTE = 60 * TICKS_PER_SECOND
NETWORK_MEETING = "Network meeting"


def ticks(text: str) -> int:
    """An instant of the stream in ticks."""
    found = moment_ticks(text)
    assert found is not None
    return found


def named(encounter: Resource) -> list[str]:
    """Those who took part, as their system names them."""
    return [each["individual"]["display"] for each in encounter["participant"]]


def meetings() -> list[list[Told]]:
    """Every network meeting once, with each system's word on it: they begin within a quarter of an hour."""
    found: list[list[Told]] = []
    parts = [one for one in FILE.standing("Encounter") if one.resource["participant"][0].get("type")]
    for one in sorted(parts, key=lambda part: (part.person, ticks(part.resource["period"]["start"]))):
        last = found[-1][0] if found else one
        apart = ticks(one.resource["period"]["start"]) - ticks(last.resource["period"]["start"])
        if found and last.person == one.person and apart <= 15 * MINUTE:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def test_eleven_of_seventeen_meetings_are_told_by_two() -> None:
    counted = Counter((told[0].person, len(told)) for told in meetings())
    assert counted == {
        ("Noah Ashworth", 2): 4,
        ("Noah Ashworth", 1): 2,
        ("Mehwish Saleem", 2): 2,
        ("Mehwish Saleem", 1): 1,
        ("Tomasz Wrona", 2): 2,
        ("Tomasz Wrona", 1): 1,
        ("Elsie Garside", 2): 1,
        ("Elsie Garside", 1): 1,
        ("Jordan Teale", 2): 2,
        ("Jordan Teale", 1): 1,
    }
    assert "11 of the 17 meetings are told by two" in OPEN_DIALOGUE.reading.read_text()


def test_what_two_tell_of_a_meeting_agrees_but_for_the_words_and_is_one_contact() -> None:
    for told in meetings():
        if len(told) == 2:
            one, other = told
            assert {one.sender, other.sender} > {PEERS.ods}
            assert set(named(one.resource)) == set(named(other.resource))
            assert one.resource["type"] != other.resource["type"]
            apart = ticks(other.resource["period"]["start"]) - ticks(one.resource["period"]["start"])
            assert apart <= 10 * MINUTE
            assert FILE.entry(one) == FILE.entry(other)


def test_the_journey_id_is_the_hospitals_in_both_systems() -> None:
    owned = {one.resource["identifier"][0]["value"]: one.person for one in FILE.standing("EpisodeOfCare")}
    assert len(owned) == 4
    for told in meetings():
        for one in told:
            journeys = [each["identifier"] for each in one.resource.get("episodeOfCare", [])]
            if one.person == "Elsie Garside":
                assert journeys == []
            else:
                ((system, value),) = [(each["system"], each["value"]) for each in journeys]
                assert system == f"{HOSPITAL.home}/journey-id"
                assert owned[value] == one.person


def test_all_take_part_alike_the_person_and_family_or_friends_among_them() -> None:
    people = {one.person: one.resource["name"][0] for one in FILE.standing("Patient")}
    related = {one.thing for one in FILE.standing("RelatedPerson")}
    for told in meetings():
        for one in told:
            participants = one.resource["participant"]
            kinds = [
                [coding["code"] for kind in each["type"] for coding in kind["coding"]]
                for each in participants
            ]
            assert kinds == [["PART"]] * len(participants)
            assert named(one.resource)[0].endswith(people[one.person]["family"])
            if one.sender != PEERS.ods:
                assert any(each["individual"].get("reference") in related for each in participants)


def test_the_same_team_comes_to_every_meeting_of_the_hospital() -> None:
    held = [
        one
        for one in FILE.standing("Encounter")
        if one.sender == HOSPITAL.ods and one.resource["type"][0]["text"] == NETWORK_MEETING
    ]
    assert len(held) == 15
    assert all(set(TEAM) <= set(named(one.resource)) for one in held)
    managers: dict[str, set[str]] = defaultdict(set)
    for one in FILE.current:
        if one.resource["resourceType"] == "EpisodeOfCare":
            managers[one.person].add(one.resource["careManager"]["display"])
    assert [len(found) for found in managers.values()] == [1, 1, 1, 1]


def test_what_is_written_together_has_several_authors_the_person_first() -> None:
    documents = FILE.standing("DocumentReference")
    patients = {one.thing: one.person for one in FILE.standing("Patient")}
    assert Counter(len(one.resource["author"]) for one in documents) == {6: 2, 7: 1, 5: 2, 3: 1}
    for one in documents:
        assert patients[one.resource["author"][0]["reference"]] == one.person
        attachment = one.resource["content"][0]["attachment"]
        assert b64decode(attachment["data"]).decode() == attachment["title"]


def test_a_sentence_is_taken_out_and_the_rest_stays() -> None:
    versions = [
        entry["resource"]["content"][0]["attachment"]["title"]
        for line in FILE.lines
        for entry in line["message"]["entry"]
        if entry["resource"]["id"] == "doc-60250-1"
    ]
    assert len(set(versions)) == 2
    assert versions[0].startswith(versions[-1])
    (now,) = [one for one in FILE.standing("DocumentReference") if one.resource["id"] == "doc-60250-1"]
    assert now.resource["content"][0]["attachment"]["title"] == versions[-1]


def test_a_plan_has_contributors_and_no_author() -> None:
    plans = FILE.standing("CarePlan")
    assert len(plans) == 3
    assert all("author" not in one.resource and len(one.resource["contributor"]) >= 5 for one in plans)


def crisis_answers() -> list[tuple[str, int, str]]:
    """Each answered referral: the person, the minutes from request to answer, and the answer."""
    found = []
    for answer in FILE.standing("Task"):
        (held,) = [
            one
            for one in FILE.standing("ServiceRequest")
            if one.thing == answer.resource["focus"]["reference"]
        ]
        copies = [
            ticks(one.resource["authoredOn"])
            for one in FILE.standing("ServiceRequest")
            if one.person == held.person
            and one.resource["requester"] == held.resource["requester"]
            and one.resource["authoredOn"][:10] == held.resource["authoredOn"][:10]
        ]
        minutes = (ticks(answer.resource["authoredOn"]) - max(copies)) // MINUTE
        found.append((held.person, minutes, answer.resource["status"]))
    return sorted(found)


def test_six_of_seven_crisis_referrals_are_answered_within_a_day() -> None:
    assert crisis_answers() == [
        ("Elsie Garside", 5 * 60 + 15, "rejected"),
        ("Elsie Garside", 16 * 60 + 45, "accepted"),
        ("Jordan Teale", 1 * 60 + 45, "accepted"),
        ("Jordan Teale", 31 * 60 + 5, "accepted"),
        ("Mehwish Saleem", 5 * 60 + 10, "accepted"),
        ("Noah Ashworth", 49, "accepted"),
        ("Tomasz Wrona", 2 * 60 + 55, "accepted"),
    ]
    assert "7, each answered; **6 within 24 hours**" in OPEN_DIALOGUE.reading.read_text()


def test_every_referral_is_urgent_told_by_two_or_three_and_one_entry() -> None:
    requests = FILE.standing("ServiceRequest")
    assert {one.resource["priority"] for one in requests} == {"urgent"}
    told: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    entries: dict[tuple[str, str, str], set[bytes]] = defaultdict(set)
    for one in requests:
        (performer,) = one.resource["performer"]
        key = one.person, performer["identifier"]["value"], one.resource["authoredOn"][:10]
        told[key].add(one.sender)
        entries[key].add(FILE.entry(one))
    shapes = Counter((len(told[key]), len(entries[key])) for key in told)
    assert shapes == {(2, 1): 6, (3, 1): 1}, "systems that tell of it, entries"


def test_the_same_line_asks_for_the_same_six_weeks_later() -> None:
    days = sorted(
        one.resource["authoredOn"][:10]
        for one in FILE.standing("ServiceRequest")
        if one.sender == CRISIS_LINE.ods and one.person == "Jordan Teale"
    )
    assert days == ["2026-03-06", "2026-04-17"]
    (episode,) = [one for one in FILE.standing("EpisodeOfCare") if one.person == "Jordan Teale"]
    answers = [each["identifier"]["value"] for each in episode.resource["referralRequest"]]
    assert answers == ["ref-60199", "ref-60371"]


def test_a_score_written_down_by_two_is_one_with_one_total_and_flagged_with_two() -> None:
    pairs = sorted(
        (
            one.person,
            *sorted(each.resource["valueQuantity"]["value"] for each in (one, other)),
            FILE.entry(one) == FILE.entry(other),
        )
        for one, other in combinations(FILE.standing("Observation"), 2)
        if one.person == other.person
        and one.resource["effectiveDateTime"][:10] == other.resource["effectiveDateTime"][:10]
    )
    assert pairs == [
        ("Mehwish Saleem", 12, 12, True), ("Mehwish Saleem", 17, 19, False), ("Noah Ashworth", 30, 30, True),
    ]  # fmt: skip
    assert FILE.flagged() == {
        ("Mehwish Saleem", "measured-twice", frozenset({"obs-60250-2", "kc-reqol-19-2"})): 1
    }


def test_what_went_wrong_on_the_way_is_there() -> None:
    assert FILE.redelivered() == [2, 2, 3]
    assert FILE.under_two_ids() == 1
    assert [one.resource["id"] for one in FILE.current if not one.stands] == ["enc-60114-3"]
    charity = [line["sent"] for line in FILE.lines if line["sender"] == PEERS.ods]
    assert charity != sorted(charity), "late batches"
    (hope,) = [one for one in FILE.standing("Goal") if one.person == "Jordan Teale"]
    assert hope.resource["lifecycleStatus"] == "completed", "though its earlier version came later"


def test_a_person_without_a_number_is_known_to_two() -> None:
    systems: dict[str, set[str]] = defaultdict(set)
    senders: dict[str, set[str]] = defaultdict(set)
    for one in FILE.standing("Patient"):
        senders[one.person].add(one.sender)
        systems[one.person] |= {each["system"] for each in one.resource["identifier"]}
    (without,) = [
        person for person, found in systems.items() if not any("nhs-number" in each for each in found)
    ]
    assert without == "Tomasz Wrona"
    assert senders[without] == {HOSPITAL.ods, PEERS.ods}
