"""The pds process in a running stack: off unless it is set up, and killed at any moment without loss."""

import psycopg
import pytest

from tests.messages import a_message, fhir_client, logs_of, metrics_of, send, token
from tests.pds import faults
from tests.pds.emulator import PdsEmulator
from tests.pds.people import ANNA, SEALED, KnownPerson
from tests.stack import RunningStack, data_folder, wait_for

pytestmark = pytest.mark.any_broker


def tell_of(stack: RunningStack, one: KnownPerson, local: str) -> None:
    """A partner's message about somebody, without a number."""
    told = a_message(
        local,
        family=one.family,
        given=one.given[0],
        birth_date=one.birth_date,
        gender=one.gender,
        street="1 Rookery Lane",
        town="Larkham",
        postcode=one.postcode,
        nhs_number="",
    )
    with fhir_client(stack, token(stack, "ZZT41")) as client:
        assert send(client, told).status_code == 200


def noted(stack: RunningStack) -> list[str]:
    """What came of each question so far."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        return sorted(outcome for (outcome,) in connection.execute("select outcome from pds.trace"))


def test_it_is_off_unless_it_is_set_up(shared_stack: RunningStack) -> None:
    """No process, and nobody asked about."""
    tell_of(shared_stack, ANNA, "off")
    assert "pds" not in shared_stack.book.pids
    assert noted(shared_stack) == []


def test_a_kill_while_it_asks_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found through the real doors; killed while PDS hangs; asked again once the claim lapses; silent throughout."""
    with PdsEmulator() as emulator, data_folder() as folder:
        monkeypatch.setenv("CARETHREAD_PDS_URL", emulator.url)
        monkeypatch.setenv("CARETHREAD_PDS_TOKEN", emulator.token)
        with RunningStack(folder) as stack:
            tell_of(stack, SEALED, "sealed")
            wait_for(lambda: noted(stack) == ["none"], "the sealed person is noted")
            emulator.then(faults.hang)
            asked = len(emulator.seen)
            tell_of(stack, ANNA, "anna")
            wait_for(lambda: len(emulator.seen) > asked, "PDS hangs")
            stack.kill("pds")
            assert noted(stack) == ["asking", "none"]
            with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
                connection.execute("update pds.trace set next_at = now() where outcome = 'asking'")
            wait_for(lambda: noted(stack) == ["found", "none"], "she is asked about again")
            wait_for(lambda: stack.in_flight() == 0, "the answer is in the record")
            assert stack.scalar("select count(*) from intake.message where sender = 'X26'") == 1
            assert 'care_pds_traced_total{outcome="found"} 1.0' in metrics_of(stack)["pds"]
            told = [*logs_of(stack).values(), metrics_of(stack)["pds"]]
            for word in (
                "Quillfeather",
                "Annabel",
                "1961-03-09",
                "NR1",
                ANNA.nhs_number,
                "Hollis",
                emulator.token,
            ):
                assert not any(word in text for text in told), word
