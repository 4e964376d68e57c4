"""What the synthetic partnership is like: how large, and how hard its people are to tell apart."""

from dataclasses import dataclass, fields

from services.workbench.synth.nhs_numbers import MOST

MOST_DAYS = 366


class BadOptions(ValueError):
    """An option is out of its range; the words say which, and what the range is."""


@dataclass(frozen=True, slots=True)
class Options:
    """All of it; each share is between 0 and 1, and each makes the stream easier the smaller it is.

    Raises:
        BadOptions: one is out of its range.
    """

    people: int = 1_000
    """1 to 900,000: there are not many more NHS numbers in the range that is kept for tests."""

    days: int = 30
    """1 to 366, from Monday 2 March 2026."""

    seed: int = 1
    """0 or more. Another seed is another partnership."""

    without_number: float = 0.60
    """Share of the source records outside the NHS that have no NHS number; within it 3 % have none."""

    wrong_number: float = 0.01
    """Share of the NHS numbers that are wrong: half fail the check digit, half are somebody else's."""

    misspelt: float = 0.08
    """Share of source records with an error in the name or the birth date. A nickname is none."""

    moved: float = 0.10
    """Share of source records with an address that the person has left; some are put right later."""

    renamed: float = 0.05
    """Share of adults who changed their surname; one of their source records at least has the former one."""

    twins: float = 0.02
    """Share of people who are twins, at most 0.3, for twins have parents."""

    missing: float = 0.20
    """Share of postcodes, phones, e-mails and genders that charities leave empty; others leave fewer out."""

    told_twice: float = 0.45
    """Share of referrals of people whom several systems know that a second one tells of, and of half of that
    a third; a quarter of it for contacts."""

    redelivered: float = 0.02
    """Share of messages delivered twice, byte for byte."""

    late: float = 0.03
    """Share of an organisation's days that are sent days later, in one batch and out of order."""

    def __post_init__(self) -> None:
        _check("people", self.people, 1, MOST)
        _check("days", self.days, 1, MOST_DAYS)
        if self.seed < 0:
            raise BadOptions(f"seed must be 0 or more, and {self.seed} was given.")
        for field in fields(self):
            if field.type is float:
                _check(field.name, getattr(self, field.name), 0.0, 0.3 if field.name == "twins" else 1.0)


def _check(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        option = name.replace("_", "-")
        raise BadOptions(f"{option} must be from {least:,} to {most:,}, and {value:,} was given.")
