"""`carethread review entries`: entries that may be one, in both wordings, and what stewards rule of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from services import beside
from services.beside import DataDir, Json
from services.domain.access.audited import Kind
from services.ruling_commands import Asked, Ruling, add_rulings, require_not_held, require_shown, send

if TYPE_CHECKING:
    from services.domain.identity.rulings import Pair
    from services.intake.acceptance import Acceptance
    from services.platform.embedded.address_book import AddressBook
    from services.review.entry_reading import EntryDoubt

app = typer.Typer(help="Entries that may tell of one thing, and rulings on them.", no_args_is_help=True)

_ONE = "The key of what one system tells, or the start of it."
_OTHER = "That of what another tells."


@app.command(name="show", epilog="Example:  carethread review entries show 51c0 e7d2")
def show(
    one: Annotated[str, typer.Argument(help=_ONE)],
    other: Annotated[str, typer.Argument(help=_OTHER)],
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show two wordings side by side: what rules make of them, and what was ruled.

    Exit status 1 where the record of either is withheld.
    """
    from services import show_review_entries
    from services.platform.access import partners

    book = beside.running(data_dir)
    doubt = _read(book, _find(book, one, other))
    require_shown(doubt.held)
    show_review_entries.pair(doubt, beside.with_postgres(book, partners), json)


def _rule(asked: Asked) -> None:
    from services import show_review, show_review_entries
    from services.domain.identity.rulings import Verdict
    from services.review.entry_rulings import rule_on_entries

    both = _find(asked.book, asked.one, asked.other)
    doubt = _read(asked.book, both)
    require_not_held(doubt.held)

    async def work(path: "Acceptance") -> bytes:
        verdict = Verdict(asked.verdict)
        return await rule_on_entries(
            path.pool, path.accept_ruling, doubt, verdict, by=asked.by, reason=asked.reason
        )

    both_records = (doubt.one.thing.source_record, doubt.other.thing.source_record)
    key = send(asked, work, both_records)
    followed = show_review_entries.came_of(_read(asked.book, both)) if asked.within is not None else None
    show_review.ruled(key, followed, asked.json)


def _find(book: "AddressBook", one: str, other: str) -> "Pair":
    from services.review.entry_reading import find_things
    from services.review.reading import NotThere

    try:
        return beside.with_postgres(book, lambda database: find_things(database, one, other))
    except NotThere as fault:
        beside.fail(str(fault))


def _read(book: "AddressBook", both: "Pair") -> "EntryDoubt":
    from services.review.entry_reading import read_entry_doubt
    from services.review.reading import NotThere

    async def read(database: Any) -> "EntryDoubt":
        doubt = await read_entry_doubt(database, both)
        persons = [one.thing.source_record for told in doubt.entries.values() for one in told]
        await beside.write_down(database, book.settings(), "review entries", Kind.READ, persons=persons)
        return doubt

    try:
        return beside.with_postgres(book, read)
    except NotThere as fault:
        beside.fail(str(fault))


add_rulings(
    app,
    [
        Ruling("same", "Rule that two entries are one.", 'entries same 51c0 e7d2 --reason "One call" --wait'),
        Ruling(
            "not-same",
            "Rule that two entries are two.",
            'entries not-same 51c0 e7d2 --reason "Two calls that day"',
        ),
        Ruling(
            "undo",
            "Take back what was ruled of two things: the rules decide again.",
            'entries undo 51c0 e7d2 --reason "I mistook them"',
        ),
    ],
    (_ONE, _OTHER),
    _rule,
)
