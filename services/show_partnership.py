"""What the counts over a partnership look like: tables for people, JSON for machines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from services.domain.record.instant import instant_text
from services.domain.record.introductions import WITHIN_DAYS, Followed, Outcome, Tally
from services.domain.record.referrals.counting import ELSEWHERE, Counted, Counts
from services.domain.record.referrals.likeness import DAYS
from services.platform.access import Partner
from services.show import out, plain, print_json
from services.viewer.directory import Asset

if TYPE_CHECKING:
    from schemas.open_referral.page import Fault
    from services.intake.directory_file import Imported

_WORDS = {
    Counted.OPEN: "open",
    Counted.STALLED: "stalled: asked, and not answered in the days there are",
    Counted.BACK_AGAIN: "back with somebody who had passed it on",
    Counted.ASKED_AGAIN: f"rejected in the last {DAYS} days, and asked again of somebody else",
    Counted.ASKED_NOWHERE: f"rejected in the last {DAYS} days, and nobody asked since",
}


def referrals(counts: Counts, names: Mapping[str, Partner], as_of: int, *, json: bool) -> None:
    """How many referrals each partner has, and how many of them are held up."""
    listed = sorted({ods for ods, _ in counts}, key=lambda ods: (ods == ELSEWHERE, ods))
    total = Counts({(ELSEWHERE, what): sum(counts[ods, what] for ods in listed) for what in Counted})
    if json:
        told = [{"ods": ods, "name": _name(ods, names), **_by_name(counts, ods)} for ods in listed]
        print_json({"as_of": instant_text(as_of), "organisations": told, "all": _by_name(total, ELSEWHERE)})
        return
    if not listed:
        out.print("No referral is told of yet.")
        return
    for ods in listed:
        _print_counts(
            plain(_name(ods, names)), {what: counts[ods, what] for what in Counted if counts[ods, what]}
        )
    _print_counts("All", {what: total[ELSEWHERE, what] for what in Counted})


def _print_counts(name: str, numbers: Mapping[Counted, int]) -> None:
    out.print(f"[bold]{name}[/]")
    for what, number in numbers.items():
        out.print(f"  {number:>6,}  {_WORDS[what]}")


def introductions(tally: Tally, *, json: bool) -> None:
    """How many introductions there were, what became of them, and how many no referral to secondary care followed."""
    ended = sum(
        number
        for (outcome, followed), number in tally.counts.items()
        if outcome.has_ended and followed is not Followed.YES
    )
    if json:
        print_json(
            {
                "as_of": instant_text(tally.as_of),
                "within_days": WITHIN_DAYS,
                "introductions": tally.counts.total(),
                "ended_without_secondary_care": ended,
                "persons": tally.persons,
                "persons_referred": tally.persons_referred,
                "outcomes": _outcomes(tally.counts),
                "assets": [
                    {"name": name, "introductions": counts.total(), "outcomes": _outcomes(counts)}
                    for name, counts in sorted(tally.assets.items())
                ],
            }
        )
        return
    if not tally.counts:
        out.print("No introduction is told of yet.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for name in (*(one.value for one in Outcome), "all", "then referred"):
        table.add_column(name, justify="right")
    for name, counts in [*sorted(tally.assets.items()), ("", tally.counts)]:
        said = (_sum(counts, outcome=one) for one in Outcome)
        words = "[bold]All[/]" if counts is tally.counts else plain(name or "No asset named")
        cells = (*said, counts.total(), _sum(counts, followed=Followed.YES))
        table.add_row(words, *(f"{number:,}" for number in cells))
    out.print(table)
    out.print(
        f"{ended:,} of {tally.counts.total():,} introductions ended, and no referral to secondary care followed."
    )
    early = _sum(tally.counts, followed=Followed.NOT_YET)
    still = f"; of {early:,} introductions they are not over yet" if early else ""
    out.print(f"{WITHIN_DAYS} days are looked at after each{still}.")


def faults(found: Sequence["Fault"], *, json: bool) -> None:
    """All that is wrong in a file of services, of which nothing is taken."""
    if json:
        print_json({"listed": 0, "faults": [one._asdict() for one in found]})
        return
    for one in found:
        out.print(f"[red]wrong[/]  {plain(one.path or 'the file')}: {plain(one.text)}")
    out.print(f"Nothing was taken: {len(found):,} {'fault' if len(found) == 1 else 'faults'}.")


def imported(told: "Imported", *, json: bool) -> None:
    """What became of a file of services."""
    if json:
        print_json(told._asdict() | {"faults": []})
    else:
        out.print(f"{told.listed:,} services, {told.new:,} of them as they were not told before.")


def assets(found: Sequence[Asset], names: Mapping[str, Partner], *, json: bool) -> None:
    """The directory."""
    if json:
        print_json(
            [
                {"organisation": one.sender, "as_of": instant_text(one.instant), "service": one.service}
                for one in found
            ]
        )
        return
    if not found:
        out.print("No service is listed yet.")
    for one in found:
        closed = "" if one.service.get("active", True) else "  [dim]closed[/]"
        where = "; ".join(place.get("display", "") for place in one.service.get("location", []))
        out.print(f"[bold]{plain(one.service['name'])}[/]{closed}  [dim]{plain(where)}[/]")
        lister = names[one.sender].name if one.sender in names else one.sender
        known_as = ", ".join(each.get("value", "") for each in one.service["identifier"])
        out.print(f"  [dim]{plain(known_as)}, listed by {plain(lister)}[/]")


def _outcomes(counts: Mapping[tuple[Outcome, Followed], int]) -> dict[str, dict[str, int]]:
    return {
        outcome.value: {followed.value: counts.get((outcome, followed), 0) for followed in Followed}
        for outcome in Outcome
    }


def _sum(
    counts: Mapping[tuple[Outcome, Followed], int],
    outcome: Outcome | None = None,
    followed: Followed | None = None,
) -> int:
    return sum(
        number
        for (went, then), number in counts.items()
        if outcome in (None, went) and followed in (None, then)
    )


def _by_name(counts: Counts, ods: str) -> dict[str, int]:
    return {what.value: counts[ods, what] for what in Counted}


def _name(ods: str, names: Mapping[str, Partner]) -> str:
    return names[ods].name if ods in names else "No partner named"
