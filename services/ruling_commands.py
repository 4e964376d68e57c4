"""The commands by which stewards rule on two things: `same`, `not-same` and `undo`, of people as of entries."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from services import beside
from services.beside import DataDir, Json
from services.domain.access.audited import Kind

if TYPE_CHECKING:
    from services.intake.acceptance import Acceptance
    from services.platform.embedded.address_book import AddressBook


class Ruling(NamedTuple):
    """One of these commands."""

    verdict: str
    """Its name, and what it rules."""
    says: str
    example: str


class Asked(NamedTuple):
    """What a steward asks for."""

    book: "AddressBook"
    verdict: str
    one: str
    other: str
    reason: str
    by: str
    within: float | None
    """Seconds that the record has to follow; None where nobody waits for it."""
    json: bool


def add_rulings(
    app: typer.Typer, rulings: Sequence[Ruling], which: tuple[str, str], rule: Callable[[Asked], None]
) -> None:
    """Add these commands, which rule by `rule`; `which` two they ask for, in words."""
    for one in rulings:
        example = f"Example:  carethread review {one.example}"
        app.command(name=one.verdict, help=one.says, epilog=example)(_command(one.verdict, which, rule))


def _command(verdict: str, which: tuple[str, str], rule: Callable[[Asked], None]) -> Callable[..., None]:
    def command(
        one: Annotated[str, typer.Argument(help=which[0])],
        other: Annotated[str, typer.Argument(help=which[1])],
        reason: Annotated[str, typer.Option(help="Why; whoever looks again reads it.")],
        by: Annotated[
            str | None, typer.Option(help="Who rules.", show_default="your name on this machine")
        ] = None,
        wait: Annotated[
            bool, typer.Option("--wait", help="Return when the record follows the ruling.")
        ] = False,
        timeout: Annotated[float, typer.Option(min=1, help="Longest wait, in seconds.")] = 60.0,
        data_dir: DataDir = None,
        json: Json = False,
    ) -> None:
        if not reason.strip():
            beside.fail("Say why: --reason TEXT.", 2)
        book = beside.running(data_dir)
        whose = beside.who_runs_it() if by is None else by
        rule(Asked(book, verdict, one, other, reason, whose, timeout if wait else None, json))

    return command


def send(asked: Asked, ruling: Callable[["Acceptance"], Awaitable[bytes]], both: Sequence[bytes]) -> bytes:
    """The key of the ruling on `both`, which the record follows where that was waited for; else the command ends."""
    from schemas.fhir.issue import Refused
    from services.platform.outbox import is_applied
    from services.review.rulings import CannotRule

    within = asked.within
    beside.note(asked.book, f"review {asked.verdict}", Kind.RULING, persons=both)

    async def work(path: "Acceptance") -> tuple[bytes, bool]:
        key = await ruling(path)
        return key, await is_applied(path.pool, key, within) if within is not None else False

    try:
        key, followed = beside.with_acceptance(asked.book, work)
    except CannotRule as fault:
        beside.fail(str(fault))
    except Refused as refused:
        beside.fail(f"{refused.issues[0].text} Nothing was changed.")
    if within is not None and not followed:
        beside.fail(f"The ruling {key.hex()} is accepted, and not in the record after {within:.0f} s.")
    return key


def require_not_held(held: Mapping[bytes, Sequence[bytes]]) -> None:
    """End the command where messages in quarantine withhold a record that it would rule on."""
    if held:
        beside.fail("The record of one of them is withheld just now: see 'carethread review show'.")


def require_shown(held: Mapping[bytes, Sequence[bytes]]) -> None:
    """End the command where messages in quarantine withhold a record that it would show."""
    if held:
        keys = sorted({key.hex()[:12] for messages in held.values() for key in messages})
        beside.fail(
            f"The record of one of them is withheld: put right first what is in quarantine ({', '.join(keys)})."
        )
