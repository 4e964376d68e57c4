"""The commands about whole populations: who is who in files of people, and an invented partnership to try it on."""

from pathlib import Path
from typing import Annotated

import typer

from services import beside
from services.beside import Json
from services.workbench.synth.options import BadOptions, Options

app = typer.Typer()

_DEFAULT = Options()

People = Annotated[Path, typer.Argument(help="A CSV file with a row for each record of a person.")]
Out = Annotated[Path, typer.Option(help="The CSV file to write: each row with its cluster.")]


@app.command(
    epilog="Example:  carethread match people.csv --link other.csv --out clusters.csv --review review.csv"
)
def match(
    people: People,
    out: Out,
    link: Annotated[Path | None, typer.Option(help="A second file, linked with the first.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Score against this: pairs of ids, or ids with their persons.")
    ] = None,
    truth_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Score against this column of the files.")
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(help="A TOML file that says which column is which.", show_default="by heading"),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="The model to use.", show_default="one estimated from the files")
    ] = None,
    save_model: Annotated[Path | None, typer.Option(help="Write the model that was used here.")] = None,
    review: Annotated[Path | None, typer.Option(help="Write the doubtful pairs here, as CSV.")] = None,
    json: Json = False,
) -> None:
    """Find which rows of one file, or of two, are of one person. Needs no stack, and changes no record."""
    from services import show_matching
    from services.workbench.matching import matching
    from services.workbench.matching.errors import CannotMatch

    asked = matching.Asked(
        people=people,
        out=out,
        other=link,
        columns=columns,
        truth=truth,
        truth_column=truth_column,
        model=model,
        save_model=save_model,
        review=review,
    )
    try:
        with show_matching.steps(quiet=json) as progress:
            report = matching.match(asked, progress)
    except CannotMatch as fault:
        beside.fail(str(fault), 2)
    show_matching.matched(report, out, json)


@app.command(
    epilog="Example:  carethread synth --people 2000 --days 30 --out stream.ndjson --truth truth.csv"
)
def synth(
    out: Annotated[Path | None, typer.Option(help="Write the stream of messages here, as NDJSON.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Write who is who in it here, as CSV; goes with --out.")
    ] = None,
    people_csv: Annotated[
        Path | None, typer.Option(help="Write the source records here, as rows for 'carethread match'.")
    ] = None,
    people: Annotated[int, typer.Option(help="How many people there are.")] = _DEFAULT.people,
    days: Annotated[int, typer.Option(help="Over how many days messages are sent.")] = _DEFAULT.days,
    seed: Annotated[int, typer.Option(help="Another seed, another partnership.")] = _DEFAULT.seed,
    without_number: Annotated[
        float, typer.Option(help="Share of source records outside the NHS without an NHS number.")
    ] = _DEFAULT.without_number,
    wrong_number: Annotated[
        float, typer.Option(help="Share of NHS numbers that are wrong.")
    ] = _DEFAULT.wrong_number,
    misspelt: Annotated[
        float, typer.Option(help="Share of source records with an error in name or birth date.")
    ] = _DEFAULT.misspelt,
    moved: Annotated[
        float, typer.Option(help="Share of source records with an address the person has left.")
    ] = _DEFAULT.moved,
    renamed: Annotated[
        float, typer.Option(help="Share of adults who changed their surname.")
    ] = _DEFAULT.renamed,
    twins: Annotated[float, typer.Option(help="Share of people who are twins.")] = _DEFAULT.twins,
    missing: Annotated[
        float, typer.Option(help="Share of contact details that charities leave empty.")
    ] = _DEFAULT.missing,
    told_twice: Annotated[
        float, typer.Option(help="Share of referrals that a second system tells of.")
    ] = _DEFAULT.told_twice,
    redelivered: Annotated[
        float, typer.Option(help="Share of messages delivered twice.")
    ] = _DEFAULT.redelivered,
    late: Annotated[
        float, typer.Option(help="Share of an organisation's days that are sent days later.")
    ] = _DEFAULT.late,
    json: Json = False,
) -> None:
    """Write the stream of a whole invented partnership, and the truth about it: the same for the same options."""
    from services import show_matching
    from services.workbench.matching.result_files import whole_file, whole_text
    from services.workbench.synth.stream import write_people, write_stream

    if (out is None) != (truth is None) or not (out or people_csv):
        beside.fail("Give --out and --truth for the stream, or --people-csv, or all three.", 2)
    written = [path for path in (out, truth, people_csv) if path]
    if len({path.resolve() for path in written}) < len(written):
        beside.fail("Two of the files have the same name: give each its own.", 2)
    summary = rows = None
    try:
        options = Options(
            people=people,
            days=days,
            seed=seed,
            without_number=without_number,
            wrong_number=wrong_number,
            misspelt=misspelt,
            moved=moved,
            renamed=renamed,
            twins=twins,
            missing=missing,
            told_twice=told_twice,
            redelivered=redelivered,
            late=late,
        )
        if out and truth:
            with (
                show_matching.counting("Lines written", quiet=json) as more,
                whole_file(out) as stream,
                whole_text(truth) as answers,
            ):
                summary = write_stream(options, stream, answers, more)
        if people_csv:
            with whole_text(people_csv) as table:
                rows = write_people(options, table)
    except BadOptions as fault:
        beside.fail(f"--{fault}", 2)
    except OSError as fault:
        beside.fail(f"{fault.filename} cannot be written: {fault.strerror}.", 2)
    show_matching.invented(summary, rows, written, json)
