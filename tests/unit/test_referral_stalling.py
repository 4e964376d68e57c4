"""How many days each service has to answer, and how a partnership says so."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.domain.record.instant import DAY
from services.domain.record.referrals.stalling import StalledDays, stalled, who_stalls
from services.domain.record.referrals.threads import Thread, threads
from services.platform.settings import Settings
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, TRUST
from tests.unit.referral_words import first, onward, request

SNOMED = "http://snomed.info/sct"
PODIATRY = {"coding": [{"system": SNOMED, "code": "306206005"}], "text": "Podiatry"}
DOC = (Path(__file__).parents[2] / "docs" / "referrals.md").read_text()


def asked(of: Organisation | None, **more: Any) -> Thread:
    """A referral that nobody has answered."""
    (thread,) = threads([request("sr-1", of, "2026-03-02T09:00:00Z", **more)])
    return thread


CASES = {
    "who has no number of its own has everybody's": (asked(TRUST), {}, 14),
    "an organisation has its own": (asked(TRUST), {TRUST.ods: 28}, 28),
    "in small letters too": (asked(TRUST), {TRUST.ods.lower(): 28}, 28),
    "another organisation's is not its own": (asked(TRUST), {COUNCIL.ods: 28}, 14),
    "a service has its own, whoever is asked": (
        asked(LANTERN, code=PODIATRY),
        {f"{SNOMED}|306206005": 42},
        42,
    ),
    "the service's counts before the organisation's": (
        asked(TRUST, code=PODIATRY),
        {TRUST.ods: 28, f"{SNOMED}|306206005": 3},
        3,
    ),
    "of several services of one referral the least counts": (
        asked(TRUST, code={"coding": [*PODIATRY["coding"], {"system": SNOMED, "code": "11429006"}]}),
        {f"{SNOMED}|306206005": 42, f"{SNOMED}|11429006": 21},
        21,
    ),
    "where nobody is named who was asked everybody's counts": (asked(None), {TRUST.ods: 28}, 14),
}


@pytest.mark.parametrize(("thread", "of", "days"), CASES.values(), ids=CASES)
def test_it_stalls_when_its_own_days_are_over(thread: Thread, of: dict[str, int], days: int) -> None:
    """And not a moment before."""
    allowed = StalledDays.given(14, of)
    over = thread.asked + days * DAY
    assert [stalled(thread, as_of, allowed) for as_of in (over - 1, over)] == [False, True]


def test_each_who_was_asked_has_their_own_days() -> None:
    """Of one thread with two who have not answered only the one whose days are over stalls it."""
    (thread,) = threads(
        [
            request("sr-0", None, "2026-03-01T09:00:00Z", identifier=[]),
            request("sr-1", TRUST, "2026-03-02T09:00:00Z", basedOn=[{"reference": "ServiceRequest/sr-0"}]),
            request("sr-2", LANTERN, "2026-03-02T09:00:00Z", basedOn=[{"reference": "ServiceRequest/sr-0"}]),
        ]
    )
    allowed = StalledDays.given(14, {TRUST.ods: 28})
    (who,) = who_stalls(thread, thread.asked + 20 * DAY, allowed)
    assert who.organisation.ods == LANTERN.ods


def test_what_was_passed_on_has_the_days_of_whom_it_was_passed_to() -> None:
    """They run from the day on which that one was asked."""
    (thread,) = threads(
        [
            first(),
            onward(LANTERN, "2026-03-10T09:00:00Z"),
        ]
    )
    assert [one.organisation.ods for one in thread.waiting] == [LANTERN.ods]
    since = thread.waiting[0].since
    allowed = StalledDays.given(14, {LANTERN.ods: 7})
    assert [stalled(thread, since + 7 * DAY - more, allowed) for more in (1, 0)] == [False, True]


def settings(**given: str) -> Settings:
    """The settings of a process with these words in its environment."""
    return Settings.model_validate(
        {"postgres": SecretStr(""), "kafka": "", "partnership_key": SecretStr("0" * 16), **given}
    )


def test_the_days_are_read_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the very lines of it, by the environment."""
    for name, value in re.findall(r"^(CARETHREAD_STALLED_\w+)='?(.+?)'?$", DOC, re.MULTILINE):
        monkeypatch.setenv(name, value)
    read = Settings(postgres=SecretStr(""), kafka="", partnership_key=SecretStr("0" * 16))
    assert read.stalled_days == 14
    assert read.stalled_days_of == {"ZZV33": 7, f"{SNOMED}|306206005": 42}


WRONG = {
    "no number": "ZZV33",
    "a number that is none": "ZZV33=soon",
    "no day at all": "ZZV33=0",
    "more than ten years": "ZZV33=3651",
    "one name twice": "ZZV33=7, ZZV33=8",
    "a name with a space in it": "Marsh Lantern=7",
    "a code without a system": "|306206005=7",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    """Naming the setting, so that the process says what to put right."""
    with pytest.raises(ValidationError) as fault:
        settings(stalled_days_of=text)
    assert {one["loc"][0] for one in fault.value.errors()} == {"stalled_days_of"}
