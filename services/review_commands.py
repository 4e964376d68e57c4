"""`carethread review`: doubtful identities on the command line, side by side, and what stewards rule of them.

It prints what senders told of people, on purpose: it is for the eyes of whoever judges, and no log.
"""

import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from services import beside
from services.beside import DataDir, Json

if TYPE_CHECKING:
    from services.domain.identity.model import Model
    from services.domain.identity.rulings import Pair
    from services.intake.acceptance import Acceptance
    from services.platform.embedded.address_book import AddressBook
    from services.review.entry_reading import EntryDoubt
    from services.review.reading import Doubt

T = TypeVar("T")

app = typer.Typer(
    help="Records that may be of one person, entries that may be one, and rulings on both.",
    no_args_is_help=True,
)
entries = typer.Typer(help="Entries that may tell of one thing, and rulings on them.", no_args_is_help=True)
app.add_typer(entries, name="entries")

One = Annotated[str, typer.Argument(help="A source record's id, or the start of it.")]
Other = Annotated[str, typer.Argument(help="The other's.")]
OneThing = Annotated[str, typer.Argument(help="The key of what one system tells, or the start of it.")]
OtherThing = Annotated[str, typer.Argument(help="That of what another tells.")]
Reason = Annotated[str, typer.Option(help="Why; whoever looks again reads it.")]
By = Annotated[str | None, typer.Option(help="Who rules.", show_default="your name on this machine")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when the record follows the ruling.")]
Timeout = Annotated[float, typer.Option(min=1, help="Longest wait, in seconds.")]


@app.command(name="list", epilog="Example:  carethread review list --kind number-clash")
def list_(
    kind: Annotated[
        str | None,
        typer.Option(help="Only this: not-followed, held-apart, number-clash, twins, close or entries."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=1000, help="Pairs to list.")] = 50,
    after: Annotated[str, typer.Option(help="Where the list before this one ended.")] = "",
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List the pairs that wait for a ruling, the most important first; after people, what may be told twice."""
    from services import show_review
    from services.platform.access import partners
    from services.review.entry_queue import all_items
    from services.review.kinds import Kind, kind_named
    from services.review.queue import NotACursor, count_items

    wanted = kind_named(kind) if kind is not None else None
    if kind is not None and wanted is None:
        beside.fail(f"--kind is one of {', '.join(one.value for one in Kind)}.", 2)
    book = beside.running(data_dir)

    async def read(connection: Any) -> tuple[Any, Any, Any]:
        found = await all_items(connection, kind=wanted, after=after, most=most + 1)
        return found, await count_items(connection), await partners(connection)

    try:
        found, counts, names = beside.with_postgres(book, read)
    except NotACursor as fault:
        beside.fail(f"--after: {fault}", 2)
    show_review.items(found[:most], counts, names, more=len(found) > most, json=json)


@app.command(name="show", epilog="Example:  carethread review show 3fa9 b07c")
def show_(one: One, other: Other, data_dir: DataDir = None, json: Json = False) -> None:
    """Show two source records side by side: what agrees, what that weighs, and what was ruled.

    Exit status 1 where the record of either is withheld.
    """
    from services import show_review

    book = beside.running(data_dir)
    _show(book, _find(book, one, other), show_review.pair, json)


@app.command(name="same", epilog='Example:  carethread review same 3fa9 b07c --reason "Rang her: she moved"')
def same(
    one: One,
    other: Other,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Rule that two source records are of one person."""
    _rule("same", one, other, reason, by, timeout if wait else None, data_dir, json)


@app.command(
    name="not-same", epilog='Example:  carethread review not-same 3fa9 b07c --reason "Father and son"'
)
def not_same(
    one: One,
    other: Other,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Rule that two source records are of two people."""
    _rule("not-same", one, other, reason, by, timeout if wait else None, data_dir, json)


@app.command(name="undo", epilog='Example:  carethread review undo 3fa9 b07c --reason "I mistook them"')
def undo(
    one: One,
    other: Other,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Take back what was ruled of two source records: the model decides again."""
    _rule("undo", one, other, reason, by, timeout if wait else None, data_dir, json)


@entries.command(name="show", epilog="Example:  carethread review entries show 51c0 e7d2")
def show_entries(one: OneThing, other: OtherThing, data_dir: DataDir = None, json: Json = False) -> None:
    """Show two wordings side by side: what rules make of them, and what was ruled.

    Exit status 1 where the record of either is withheld.
    """
    from services import show_review_entries
    from services.platform.access import partners

    book = beside.running(data_dir)
    doubt = _read_entries(book, _find_things(book, one, other))
    _require_shown(doubt.held)
    show_review_entries.pair(doubt, beside.with_postgres(book, partners), json)


@entries.command(
    name="same", epilog='Example:  carethread review entries same 51c0 e7d2 --reason "One call" --wait'
)
def same_entries(
    one: OneThing,
    other: OtherThing,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Rule that two entries are one."""
    _rule_on_entries("same", one, other, reason, by, timeout if wait else None, data_dir, json)


@entries.command(
    name="not-same",
    epilog='Example:  carethread review entries not-same 51c0 e7d2 --reason "Two calls that day"',
)
def not_same_entries(
    one: OneThing,
    other: OtherThing,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Rule that two entries are two."""
    _rule_on_entries("not-same", one, other, reason, by, timeout if wait else None, data_dir, json)


@entries.command(
    name="undo", epilog='Example:  carethread review entries undo 51c0 e7d2 --reason "I mistook them"'
)
def undo_entries(
    one: OneThing,
    other: OtherThing,
    reason: Reason,
    by: By = None,
    wait: Wait = False,
    timeout: Timeout = 60.0,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Take back what was ruled of two things: the rules decide again."""
    _rule_on_entries("undo", one, other, reason, by, timeout if wait else None, data_dir, json)


def _rule(
    verdict: str,
    one: str,
    other: str,
    reason: str,
    by: str | None,
    within: float | None,
    given: Any,
    json: bool,
) -> None:
    from services import show_review
    from services.domain.identity.rulings import Verdict
    from services.review.rulings import rule, two_records

    book = _ready_to_rule(reason, given)
    both = _find(book, one, other)
    _require_not_held(_read(book, both).held)

    async def work(path: "Acceptance") -> bytes:
        two = two_records(both)
        return await rule(path.pool, path.accept_ruling, two, Verdict(verdict), by=_by(by), reason=reason)

    key = _send(book, work, within)
    show_review.ruled(key, show_review.came_of(_read(book, both)) if within is not None else None, json)


def _rule_on_entries(
    verdict: str,
    one: str,
    other: str,
    reason: str,
    by: str | None,
    within: float | None,
    given: Any,
    json: bool,
) -> None:
    from services import show_review, show_review_entries
    from services.domain.identity.rulings import Verdict
    from services.review.entry_rulings import rule_on_entries

    book = _ready_to_rule(reason, given)
    both = _find_things(book, one, other)
    doubt = _read_entries(book, both)
    _require_not_held(doubt.held)

    async def work(path: "Acceptance") -> bytes:
        return await rule_on_entries(
            path.pool, path.accept_ruling, doubt, Verdict(verdict), by=_by(by), reason=reason
        )

    key = _send(book, work, within)
    followed = show_review_entries.came_of(_read_entries(book, both)) if within is not None else None
    show_review.ruled(key, followed, json)


def _ready_to_rule(reason: str, given: Any) -> "AddressBook":
    if not reason.strip():
        beside.fail("Say why: --reason TEXT.", 2)
    return beside.running(given)


def _send(
    book: "AddressBook", ruling: Callable[["Acceptance"], Awaitable[bytes]], within: float | None
) -> bytes:
    """The key of the ruling, which the record follows where `within` seconds are given; else the command ends."""
    from schemas.fhir.issue import Refused
    from services.review.rulings import CannotRule, is_followed

    async def work(path: "Acceptance") -> tuple[bytes, bool]:
        key = await ruling(path)
        return key, await is_followed(path.pool, key, within) if within is not None else False

    try:
        key, followed = beside.with_acceptance(book, work)
    except CannotRule as fault:
        beside.fail(str(fault))
    except Refused as refused:
        beside.fail(f"{refused.issues[0].text} Nothing was changed.")
    if within is not None and not followed:
        beside.fail(f"The ruling {key.hex()} is accepted, and not in the record after {within:.0f} s.")
    return key


def _require_not_held(held: dict[bytes, list[bytes]]) -> None:
    if held:
        beside.fail("The record of one of them is withheld just now: see 'carethread review show'.")


def _require_shown(held: dict[bytes, list[bytes]]) -> None:
    if held:
        keys = sorted({key.hex()[:12] for messages in held.values() for key in messages})
        beside.fail(
            f"The record of one of them is withheld: put right first what is in quarantine ({', '.join(keys)})."
        )


def _find_things(book: "AddressBook", one: str, other: str) -> "Pair":
    from services.review.entry_reading import find_things
    from services.review.reading import NotThere

    try:
        return beside.with_postgres(book, lambda database: find_things(database, one, other))
    except NotThere as fault:
        beside.fail(str(fault))


def _read_entries(book: "AddressBook", both: "Pair") -> "EntryDoubt":
    from services.review.entry_reading import read_entry_doubt
    from services.review.reading import NotThere

    try:
        return beside.with_postgres(book, lambda database: read_entry_doubt(database, both))
    except NotThere as fault:
        beside.fail(str(fault))


def _find(book: "AddressBook", one: str, other: str) -> "Pair":
    from services.review.reading import NotThere, find_pair

    try:
        return beside.with_postgres(book, lambda database: find_pair(database, one, other))
    except NotThere as fault:
        beside.fail(str(fault))


def _read(book: "AddressBook", both: "Pair") -> "Doubt":
    from services.review.reading import NotThere, read_doubt

    model = _model(book)
    try:
        return beside.with_postgres(book, lambda database: read_doubt(database, both, model))
    except NotThere as fault:
        beside.fail(str(fault))


def _show(book: "AddressBook", both: "Pair", printed: Callable[..., None], json: bool) -> None:
    from services.platform.access import partners

    doubt = _read(book, both)
    _require_shown(doubt.held)
    printed(doubt, _model(book), beside.with_postgres(book, partners), json)


def _model(book: "AddressBook") -> "Model":
    from services.record.model import load_model

    return load_model(book.settings().model)


def _by(given: str | None) -> str:
    """Who rules: whoever is named, else who runs the command, by the name of this machine."""
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
