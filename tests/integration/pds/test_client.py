"""The PDS client against a server that speaks its API: answers, faults, pace, and what it never lets out."""

import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import formatdate
from uuid import UUID

import pytest

from services.pds.answers import Match, Nothing, Person
from services.pds.client import MOST_BYTES, Patience, PdsClient
from services.pds.errors import PdsAway, PdsError, PdsRefused, PdsRejected
from services.pds.ladder import Search
from tests.pds import faults
from tests.pds.emulator import TOKEN, PdsEmulator
from tests.pds.faults import Fault
from tests.pds.people import (
    ANNA,
    INVALIDATED,
    NEW_NUMBER,
    REDACTED,
    ROOK,
    SEALED,
    SUPERSEDED,
    TWINS,
    KnownPerson,
)

FAST = Patience(attempt=0.5, total=4.0, attempts=3, first_wait=0.01)
QUICK = 200.0


class Asking:
    """A client, and how its requests went."""

    def __init__(self, url: str, rate: float = QUICK, patience: Patience = FAST, token: str = TOKEN) -> None:
        async def give() -> str:
            return token

        self.told: list[str] = []
        self.client = PdsClient(url, give, self.told.append, rate, patience)


@pytest.fixture
async def asking(emulator: PdsEmulator) -> AsyncIterator[Asking]:
    """A quick client of the server."""
    made = Asking(emulator.url)
    yield made
    await made.client.close()


def known(one: KnownPerson) -> Search:
    """The exact search for somebody."""
    return Search(one.family, one.given[0], one.birth_date, one.postcode)


EXACT = known(ANNA)
FOUND = Match(ANNA.nhs_number, ANNA.birth_date, 1.0)
SEARCHES: list[tuple[str, Search, Match | Nothing]] = [
    ("name, birth date and postcode find one person", EXACT, FOUND),
    ("case and spaces do not matter", replace(EXACT, family="QUILLFEATHER", postcode="nr11aa"), FOUND),
    ("a second given name finds her too", replace(EXACT, given="rose"), FOUND),
    ("phone, e-mail and gender narrow", replace(EXACT, phone=ANNA.phone, email=ANNA.email, gender="female"), FOUND),
    ("another gender finds nobody", replace(EXACT, gender="male"), Nothing.NONE),
    ("another name finds nobody", replace(EXACT, given="Anna"), Nothing.NONE),
    ("first letters and an area find her", replace(EXACT, given="Ann*", postcode="NR*"), FOUND),
    ("a former name finds nobody now", replace(EXACT, family="Marsh"), Nothing.NONE),
    ("a former name finds her in the past", replace(EXACT, family="Marsh", history=True), FOUND),
    ("a former postcode finds her in the past", replace(EXACT, postcode="NR2 4BB", history=True), FOUND),
    ("slips find her fuzzily, with a score",
     replace(EXACT, family="Quilfeather", given="Annabell", fuzzy=True), replace(FOUND, score=0.9725)),
    ("slips find nobody exactly", replace(EXACT, family="Quilfeather"), Nothing.NONE),
    ("several are not told", replace(known(TWINS[0]), given="Jac*"), Nothing.MANY),
    ("a restricted person is found", known(ROOK), Match(ROOK.nhs_number, ROOK.birth_date, 1.0)),
    ("a very restricted person is sealed", known(SEALED), Nothing.SEALED),
    ("a redacted person is sealed", known(REDACTED), Nothing.SEALED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("search", "expected"), [case[1:] for case in SEARCHES], ids=[case[0] for case in SEARCHES]
)
async def test_search(search: Search, expected: Match | Nothing, asking: Asking) -> None:
    """What each search finds."""
    assert await asking.client.search(search) == expected
    assert asking.told == ["200"]


async def test_a_read_gives_the_person_byte_for_byte(asking: Asking, emulator: PdsEmulator) -> None:
    """Body and number; nothing was superseded."""
    sent = b'{ "resourceType":"Patient",\n "id":"9990010005","meta":{"security":[{"code":"U"}]}, "x": 1.50 }'
    emulator.then(faults.body(sent))
    assert await asking.client.retrieve(ANNA.nhs_number) == Person(ANNA.nhs_number, "", "", sent)


async def test_a_superseded_number_gives_the_one_that_took_its_place(asking: Asking) -> None:
    """And says which it superseded."""
    found = await asking.client.retrieve(SUPERSEDED.nhs_number)
    assert isinstance(found, Person)
    assert (found.nhs_number, found.supersedes) == (NEW_NUMBER.nhs_number, SUPERSEDED.nhs_number)


READS_OF_NOBODY = [
    ("an invalidated number is nobody's", INVALIDATED.nhs_number, Nothing.NONE),
    ("an unknown number is nobody's", "9990010145", Nothing.NONE),
    ("a very restricted person is sealed", SEALED.nhs_number, Nothing.SEALED),
    ("a redacted person is sealed", REDACTED.nhs_number, Nothing.SEALED),
]


@pytest.mark.parametrize(
    ("number", "expected"), [case[1:] for case in READS_OF_NOBODY], ids=[case[0] for case in READS_OF_NOBODY]
)
async def test_read_of_nobody(number: str, expected: Nothing, asking: Asking) -> None:
    """Why a read names nobody."""
    assert await asking.client.retrieve(number) is expected


async def test_a_restricted_person_comes_without_whereabouts(asking: Asking) -> None:
    """As PDS leaves them out."""
    found = await asking.client.retrieve(ROOK.nhs_number)
    assert isinstance(found, Person)
    assert b"Rook" in found.body
    assert not any(word in found.body for word in (b"address", b"telecom", b"generalPractitioner", b"IP1"))


async def test_only_an_nhs_number_is_put_into_a_path(asking: Asking, emulator: PdsEmulator) -> None:
    """Anything else is a fault here, and is not asked."""
    for number in ("", "1234567890", "../metadata", "9990010005?x=1"):
        with pytest.raises(ValueError, match="no NHS number"):
            await asking.client.retrieve(number)
    assert emulator.seen == []


PASSING = [
    *((f"{code} passes", faults.status(code)) for code in (408, 425, 429, 500, 502, 503, 504)),
    ("no answer in time passes", faults.hang),
    ("an answer that drips passes", faults.dripping(0.05)),
]


@pytest.mark.parametrize("fault", [case[1] for case in PASSING], ids=[case[0] for case in PASSING])
async def test_what_passes_is_asked_again(fault: Fault, asking: Asking, emulator: PdsEmulator) -> None:
    """Under the same correlation id and another request id."""
    emulator.then(fault, times=2)
    assert await asking.client.search(EXACT) == FOUND
    sent = [one.headers for one in emulator.seen]
    assert len(sent) == len(asking.told) == 3
    assert len({one["x-correlation-id"] for one in sent}) == 1
    assert len({str(UUID(one["x-request-id"])) for one in sent}) == 3


@pytest.mark.parametrize("fault", [case[1] for case in PASSING], ids=[case[0] for case in PASSING])
async def test_what_does_not_pass_in_time_is_away(
    fault: Fault, asking: Asking, emulator: PdsEmulator
) -> None:
    """Three attempts, and no more."""
    emulator.then(fault, times=3)
    with pytest.raises(PdsAway):
        await asking.client.search(EXACT)
    assert len(emulator.seen) == 3


async def test_where_nobody_listens_is_away() -> None:
    """A connection that is refused passes too."""
    with PdsEmulator() as gone:
        made = Asking(gone.url)
    with pytest.raises(PdsAway, match="ConnectError"):
        await made.client.search(EXACT)
    assert made.told == ["no_answer"] * 3
    await made.client.close()


async def test_all_attempts_together_have_an_end(emulator: PdsEmulator) -> None:
    """The whole time holds, whatever the attempts would allow."""
    made = Asking(emulator.url, patience=Patience(attempt=5.0, total=0.4, attempts=50, first_wait=0.01))
    began = time.monotonic()
    emulator.then(faults.hang)
    with pytest.raises(PdsAway, match="TimeoutError"):
        await made.client.search(EXACT)
    assert 0.3 < time.monotonic() - began < 3.0
    await made.client.close()


RETRY_AFTERS = [
    ("seconds", lambda: "1"),
    ("a date", lambda: formatdate(time.time() + 2, usegmt=True)),
]


@pytest.mark.parametrize("told", [case[1] for case in RETRY_AFTERS], ids=[case[0] for case in RETRY_AFTERS])
async def test_retry_after_is_kept_to(told: object, asking: Asking, emulator: PdsEmulator) -> None:
    """The next request comes no sooner than it says: a date of whole seconds may be one short."""
    assert callable(told)
    emulator.then(faults.status(429, Retry_After=told()))
    assert await asking.client.search(EXACT) == FOUND
    first, second = (one.at for one in emulator.seen)
    assert 0.9 < second - first < 3.5


async def test_a_long_retry_after_is_not_waited_for_here(asking: Asking, emulator: PdsEmulator) -> None:
    """Whoever asks is told how long to leave PDS alone."""
    emulator.then(faults.status(503, Retry_After="900"))
    with pytest.raises(PdsAway) as raised:
        await asking.client.search(EXACT)
    assert raised.value.wait == 900.0
    assert len(emulator.seen) == 1


@pytest.mark.parametrize("nonsense", ["soon", "-5", "", "²", "9" * 400, "Thu, 99 Xyz 2026"])
async def test_a_retry_after_that_says_nothing_is_passed_over(
    nonsense: str, asking: Asking, emulator: PdsEmulator
) -> None:
    """The client's own pause holds."""
    emulator.then(faults.status(503, Retry_After=nonsense))
    assert await asking.client.search(EXACT) == FOUND


SOUND = f"/FHIR/R4/Patient/{ANNA.nhs_number}"
NOBODY = b'{"resourceType": "Bundle"}'


async def test_an_answer_of_1_mib_is_read(asking: Asking, emulator: PdsEmulator) -> None:
    """As large as may be."""
    emulator.then(faults.body(NOBODY.ljust(MOST_BYTES)))
    assert await asking.client.search(EXACT) is Nothing.NONE


ENDS: list[tuple[str, Fault, type[PdsError]]] = [
    ("401 is the configuration's fault", faults.status(401), PdsRefused),
    ("403 is the configuration's fault", faults.status(403), PdsRefused),
    ("404 on a search is a wrong address", faults.status(404), PdsRefused),
    (
        "a redirect is a wrong address, and is not followed",
        faults.redirect(f"/FHIR/R4/Patient/{ANNA.nhs_number}"),
        PdsRefused,
    ),
    ("400 by something before PDS is the configuration's fault", faults.status(400), PdsRefused),
    ("501 is not repeated", faults.status(501), PdsAway),
    ("a page in the place of an answer", faults.body(b"<html>maintenance</html>"), PdsAway),
    ("half an answer", faults.body(b'{"resourceType": "Bundle", "ent'), PdsAway),
    ("an answer beyond 1 MiB", faults.body(NOBODY.ljust(MOST_BYTES + 1)), PdsAway),
    ("a packed answer, whatever is in it", faults.body(NOBODY, Content_Encoding="gzip"), PdsAway),
]


@pytest.mark.parametrize(("fault", "expected"), [case[1:] for case in ENDS], ids=[case[0] for case in ENDS])
async def test_what_another_attempt_cannot_mend_is_not_repeated(
    fault: Fault, expected: type[PdsError], asking: Asking, emulator: PdsEmulator
) -> None:
    """One request, and what it means."""
    emulator.then(fault)
    with pytest.raises(expected):
        await asking.client.search(EXACT)
    assert len(emulator.seen) == 1


async def test_a_read_of_an_address_without_pds_is_refused(asking: Asking, emulator: PdsEmulator) -> None:
    """404 is 'nobody' only where PDS itself says it."""
    emulator.then(faults.status(404))
    with pytest.raises(PdsRefused):
        await asking.client.retrieve(ANNA.nhs_number)


async def test_what_pds_cannot_work_with_is_this_persons_matter(asking: Asking) -> None:
    """400 by PDS itself: the next person can be asked about."""
    with pytest.raises(PdsRejected, match="400"):
        await asking.client.search(replace(EXACT, given="A*"))
    assert await asking.client.search(EXACT) == FOUND


async def test_a_wrong_token_is_refused(emulator: PdsEmulator) -> None:
    """And is not in the words."""
    made = Asking(emulator.url, token="not the token")
    with pytest.raises(PdsRefused, match=r"^PDS answered 401$"):
        await made.client.search(EXACT)
    await made.client.close()


async def test_requests_are_evenly_spaced_below_the_rate(emulator: PdsEmulator) -> None:
    """Twenty a second, repeated ones too, and no burst at the start."""
    made = Asking(emulator.url, rate=20.0)
    emulator.then(faults.status(503))
    for _ in range(10):
        await made.client.search(EXACT)
    times = [one.at for one in emulator.seen]
    assert len(times) == 11
    assert times[-1] - times[0] > 10 * 0.05 * 0.95
    assert emulator.most_within(0.5) <= 11
    assert Counter(made.told) == {"200": 10, "503": 1}
    await made.client.close()


async def test_the_environments_proxy_is_not_used(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, emulator: PdsEmulator
) -> None:
    """A search is all person: it goes to PDS and nowhere else."""
    with PdsEmulator() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        made = Asking(emulator.url)
        assert await made.client.search(EXACT) == FOUND
        await made.client.close()
        assert proxy.seen == []


async def test_nothing_of_a_person_or_the_token_is_logged_or_raised(
    asking: Asking, emulator: PdsEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the level, and whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for fault in (
        None,
        faults.status(503),
        faults.hang,
        faults.status(401),
        faults.body(b"{"),
        faults.body(b"[]"),
    ):
        emulator.then(*([fault] * 3 if fault else []))
        try:
            await asking.client.search(EXACT)
            await asking.client.retrieve(ANNA.nhs_number)
        except PdsError as error:
            said.append(f"{error!r} {error.__cause__!r}")
        emulator.forget_faults()
    said += [str(vars(record)) for record in caplog.records if not record.name.startswith("uvicorn")]
    assert len(said) > 5
    for word in ("Quillfeather", "Annabel", "1961", "NR1", ANNA.nhs_number, TOKEN, "/Patient"):
        assert not any(word in line for line in said), word
