"""`carethread review`: doubtful identities on the command line, side by side, and what stewards rule of them.

It prints what senders told of people, on purpose: it is for the eyes of whoever judges, and no log.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services import beside, review_entries_commands
from services.beside import DataDir, Json
from services.domain.access.audited import Kind
from services.ruling_commands import Asked, Ruling, add_rulings, require_not_held, require_shown, send

if TYPE_CHECKING:
    from services.domain.identity.model import Model
    from services.domain.identity.rulings import Pair
    from services.intake.acceptance import Acceptance
    from services.platform.embedded.address_book import AddressBook
    from services.review.entry_queue import EntryItem
    from services.review.queue import Item
    from services.review.reading import Doubt

app = typer.Typer(
    help="Records that may be of one person, entries that may be one, and rulings on both.",
    no_args_is_help=True,
)

_ONE = "A source record's id, or the start of it."
_OTHER = "The other's."


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
    from services.review.kinds import Kind as Doubtful
    from services.review.kinds import kind_named
    from services.review.queue import NotACursor, count_items

    wanted = kind_named(kind) if kind is not None else None
    if kind is not None and wanted is None:
        beside.fail(f"--kind is one of {', '.join(one.value for one in Doubtful)}.", 2)
    book = beside.running(data_dir)

    async def read(connection: Any) -> tuple[Any, Any, Any]:
        found = await all_items(connection, kind=wanted, after=after, most=most + 1)
        persons = _persons(found[:most])
        await beside.write_down(connection, book.settings(), "review list", Kind.READ, persons=persons)
        return found, await count_items(connection), await partners(connection)

    try:
        found, counts, names = beside.with_postgres(book, read)
    except NotACursor as fault:
        beside.fail(f"--after: {fault}", 2)
    show_review.items(found[:most], counts, names, more=len(found) > most, json=json)


@app.command(name="show", epilog="Example:  carethread review show 3fa9 b07c")
def show_(
    one: Annotated[str, typer.Argument(help=_ONE)],
    other: Annotated[str, typer.Argument(help=_OTHER)],
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show two source records side by side: what agrees, what that weighs, and what was ruled.

    Exit status 1 where the record of either is withheld.
    """
    from services import show_review
    from services.platform.access import partners

    book = beside.running(data_dir)
    doubt = _read(book, _find(book, one, other))
    require_shown(doubt.held)
    show_review.pair(doubt, _model(book), beside.with_postgres(book, partners), json)


def _persons(listed: Sequence["Item | EntryItem"]) -> list[bytes]:
    """The source records of which a list tells something."""
    from services.review.queue import Item

    persons = []
    for one in listed:
        if isinstance(one, Item):
            persons += [one.one.id, one.other.id]
        else:
            persons += [told.thing.source_record for told in (one.one, one.other)]
    return persons


def _rule(asked: Asked) -> None:
    from services import show_review
    from services.domain.identity.rulings import Verdict
    from services.review.rulings import rule, two_records

    both = _find(asked.book, asked.one, asked.other)
    require_not_held(_read(asked.book, both).held)

    async def work(path: "Acceptance") -> bytes:
        two, verdict = two_records(both), Verdict(asked.verdict)
        return await rule(path.pool, path.accept_ruling, two, verdict, by=asked.by, reason=asked.reason)

    key = send(asked, work, both)
    followed = show_review.came_of(_read(asked.book, both)) if asked.within is not None else None
    show_review.ruled(key, followed, asked.json)


def _find(book: "AddressBook", one: str, other: str) -> "Pair":
    from services.review.reading import NotThere, find_pair

    try:
        return beside.with_postgres(book, lambda database: find_pair(database, one, other))
    except NotThere as fault:
        beside.fail(str(fault))


def _read(book: "AddressBook", both: "Pair") -> "Doubt":
    from services.review.reading import NotThere, read_doubt

    model = _model(book)

    async def read(database: Any) -> "Doubt":
        await beside.write_down(database, book.settings(), "review", Kind.READ, persons=both)
        return await read_doubt(database, both, model)

    try:
        return beside.with_postgres(book, read)
    except NotThere as fault:
        beside.fail(str(fault))


def _model(book: "AddressBook") -> "Model":
    from services.record.model import load_model

    return load_model(book.settings().model)


add_rulings(
    app,
    [
        Ruling(
            "same",
            "Rule that two source records are of one person.",
            'same 3fa9 b07c --reason "Rang her: she moved"',
        ),
        Ruling(
            "not-same",
            "Rule that two source records are of two people.",
            'not-same 3fa9 b07c --reason "Father and son"',
        ),
        Ruling(
            "undo",
            "Take back what was ruled of two source records: the model decides again.",
            'undo 3fa9 b07c --reason "I mistook them"',
        ),
    ],
    (_ONE, _OTHER),
    _rule,
)
app.add_typer(review_entries_commands.app, name="entries")
