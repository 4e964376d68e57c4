"""How a message stands in the record: counted whole, superseded by others alone, a duplicate of what came before."""

from hypothesis import given
from hypothesis import strategies as st

from services.delivery.standing import Found, Standing, standing
from services.domain.record.kinds import CONTEXT
from services.domain.record.version import OWN, Rank, Version

ME, OTHER, THIRD = b"me", b"other", b"third"
NOTE = "Note"


def a_version(thing: bytes, kind: str = NOTE, instant: int = 5) -> Version:
    """A version of a thing at an instant."""
    return Version(thing, kind, instant, b"", Rank(instant, -1, OWN, b"hash"), b"{}", ranked_by_sent=False)


HEADER = a_version(b"header", CONTEXT)
PATIENT = a_version(b"patient", CONTEXT)


def found(one: Version, first: bytes | None = ME, head: int = 5, by: bytes | None = None) -> Found:
    """What the record has for the version: who told it first, the instant it shows, and who told that."""
    return Found(first, Rank(head, -1, OWN, b"hash"), by)


def stands(said: list[Version], states: dict[bytes, Found]) -> Standing | None:
    """How the message that says this stands."""
    return standing(
        ME, HEADER, said, {(one.resource_key, one.rank): states[one.resource_key] for one in said}
    )


def test_what_the_record_shows_is_shown_and_the_rest_is_context() -> None:
    """A note on the person: one entry shown, the header and the person kept."""
    note = a_version(b"note")
    assert stands([PATIENT, note], {b"patient": found(PATIENT), b"note": found(note)}) == Standing(
        shown=1, superseded=0, kept=2, superseded_by=(), duplicate_of=None
    )


def test_a_higher_version_of_an_entry_supersedes() -> None:
    """Named once, however many entries it took the place of."""
    notes = [a_version(b"one"), a_version(b"two"), a_version(b"three")]
    told = stands(notes, {b"one": found(notes[0], head=9, by=OTHER), b"two": found(notes[1], head=8, by=OTHER),
                          b"three": found(notes[2])})  # fmt: skip
    assert told == Standing(shown=1, superseded=2, kept=1, superseded_by=(OTHER,), duplicate_of=None)


def test_a_later_word_on_the_person_supersedes_no_note() -> None:
    """Every message repeats the Patient; only a message about nothing else is superseded by a newer one."""
    note = a_version(b"note")
    newer = found(PATIENT, head=9, by=OTHER)
    both = stands([PATIENT, note], {b"patient": newer, b"note": found(note)})
    assert both is not None
    assert both.superseded_by == ()
    alone = stands([PATIENT], {b"patient": newer})
    assert alone == Standing(shown=0, superseded=0, kept=2, superseded_by=(OTHER,), duplicate_of=None)


def test_a_message_never_supersedes_itself() -> None:
    """Two versions of one thing in one message: the lower is not shown, and no other message is to blame."""
    lower, higher = a_version(b"note", instant=4), a_version(b"note", instant=5)
    states = {(lower.resource_key, lower.rank): found(lower, head=5, by=ME),
              (higher.resource_key, higher.rank): found(higher)}  # fmt: skip
    told = standing(ME, HEADER, [lower, higher], states)
    assert told == Standing(shown=1, superseded=1, kept=1, superseded_by=(), duplicate_of=None)


def test_what_was_told_before_whole_is_a_duplicate_of_who_told_most_of_it() -> None:
    """The person was told of by a third message; the notes, which are what the message is about, by the other."""
    note = a_version(b"note")
    told = stands([PATIENT, note], {b"patient": found(PATIENT, THIRD), b"note": found(note, OTHER)})
    assert told is not None
    assert told.duplicate_of == OTHER


def test_one_new_version_makes_it_no_duplicate() -> None:
    """So does one of which it is not known who told it."""
    note = a_version(b"note")
    for first in (ME, None):
        told = stands([PATIENT, note], {b"patient": found(PATIENT, OTHER), b"note": found(note, first)})
        assert told is not None
        assert told.duplicate_of is None


def test_what_is_not_wholly_in_the_record_has_no_standing() -> None:
    """Applied means all of it."""
    note = a_version(b"note")
    assert standing(ME, HEADER, [PATIENT, note], {(b"note", note.rank): found(note)}) is None


things = st.lists(
    st.tuples(
        st.integers(0, 5).map(lambda number: b"thing-%d" % number),
        st.sampled_from([CONTEXT, NOTE]),
        st.integers(0, 9),
        st.sampled_from([ME, OTHER, THIRD, None]),
        st.integers(0, 9),
        st.sampled_from([ME, OTHER, THIRD, None]),
    ),
    max_size=8,
)


@given(things, st.booleans())
def test_no_resource_is_lost_and_no_message_names_itself(
    drawn: list[tuple[bytes, str, int, bytes | None, int, bytes | None]], has_header: bool
) -> None:
    """shown + superseded + kept are all its resources; whom it names is another message, and each once."""
    said = [a_version(thing, kind, instant) for thing, kind, instant, *_ in drawn]
    states = {
        (one.resource_key, one.rank): found(one, first, head, by)
        for one, (*_, first, head, by) in zip(said, drawn, strict=True)
    }
    told = standing(ME, HEADER if has_header else None, said, states)
    assert told is not None
    assert told.shown + told.superseded + told.kept == len(said) + has_header
    assert not {ME, None} & {*told.superseded_by}
    assert len(set(told.superseded_by)) == len(told.superseded_by)
    assert told.duplicate_of != ME
