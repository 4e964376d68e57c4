"""The truth in its three forms, over one file and over two."""

import pytest

from services.domain.identity.profile import Profile
from services.workbench.matching.columns import Columns
from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.people_file import People
from services.workbench.matching.table import Table
from services.workbench.matching.truth import Truth, truth_of
from services.workbench.matching.truth_file import read_truth


def people(source: str, *ids: str, true_ids: list[str] | None = None) -> People:
    """A file whose rows have these ids."""
    return People(source, Columns({"id": (0,)}), [Profile()] * len(ids), list(ids), true_ids or [])


def truth_in(text: str, *files: People) -> Truth:
    """What a file with this text tells of these."""
    header = text.splitlines()[0].split(",")
    return read_truth(Table("truth.csv", header, text, ","), files)


ONE = people("people.csv", "a", "b", "c", "d")
TWO = (people("people.csv", "a", "b"), people("other.csv", "b", "c"))
"""The second file's rows are at places 2 and 3; an id 'b' is in both."""


@pytest.mark.parametrize(
    "header",
    [
        "id_l,id_r", "unique_id_l,unique_id_r", "id1,id2", "id_1,id_2", "ID Left,ID Right", "left,right", "l,r",
        "left_id,right_id", "rec_id_1,rec_id_2", "id_a,id_b", "ltable_id,rtable_id", "idBooks,idShop", "x,y",
    ],
)  # fmt: skip
def test_two_columns_of_ids_are_pairs(header: str) -> None:
    """However they are called, whichever stands first; a pair may be told twice or the other way round."""
    truth = truth_in(f"{header}\na,c\nc,a\nb,d\na,c\n", ONE)
    assert truth == Truth(None, frozenset({(0, 2), (1, 3)}))


@pytest.mark.parametrize("scores", ["1.0,0.5,0.49", "TRUE,yes,False", "1,1,0", "match,Match,non-match"])
def test_labels_tell_true_pairs_from_others(scores: str) -> None:
    """From 0.5 on, or by a word."""
    high, middle, low = scores.split(",")
    truth = truth_in(f"id_l,id_r,clerical_match_score\na,b,{high}\nb,c,{middle}\nc,d,{low}\n", ONE)
    assert truth == Truth(None, frozenset({(0, 1), (1, 2)}), frozenset({(2, 3)}))
    assert truth.score([1, 1, 2, 2]).basis == "labelled pairs"


def test_without_a_pair_that_is_not_true_all_true_ones_are_told() -> None:
    """So that others count as wrong."""
    scores = truth_in("id_l,id_r,label\na,b,1\n", ONE).score([1, 1, 2, 2])
    assert (scores.basis, scores.pairs.found, scores.pairs.right) == ("pairs", 2, 1)


def test_a_third_column_may_be_a_label_beside_two_of_any_name() -> None:
    """The two others are the ids."""
    truth = truth_in("book,match,shop\na,1,c\na,0,d\n", ONE)
    assert truth == Truth(None, frozenset({(0, 2)}), frozenset({(0, 3)}))


@pytest.mark.parametrize("header", ["id,truth", "rec_id,cluster", "id,who", "unique_id,true_id"])
def test_ids_with_persons(header: str) -> None:
    """Rows that are not named, or have no person, are not scored."""
    truth = truth_in(f"{header}\na,7\nc,7\nd,\n", ONE)
    assert truth.persons == {0: "7", 2: "7"}
    assert truth.score([1, 2, 1, 1]).pairs.precision == 1


def test_a_file_of_pairs_across_two_files() -> None:
    """Left is the first file and right the second, but an id that is in one alone is found there."""
    truth = truth_in("id_l,id_r\nb,b\na,c\nc,a\n", *TWO)
    assert truth.true == {(1, 2), (0, 3)}


@pytest.mark.parametrize(
    ("sources", "pair"),
    [
        (("people.csv", "other.csv"), (1, 2)),
        (("Other", "People"), (1, 2)),
        (("df_left", "df_right"), (1, 2)),
        (("", ""), (1, 2)),
    ],
)
def test_sources_say_which_file_an_id_is_in(sources: tuple[str, str], pair: tuple[int, int]) -> None:
    """By its name with or without the ending; other words where each side has one of its own."""
    truth = truth_in(
        f"unique_id_l,source_dataset_l,unique_id_r,source_dataset_r\nb,{sources[0]},b,{sources[1]}\n", *TWO
    )
    assert truth.true == {pair}


def test_a_source_that_no_file_has_is_refused() -> None:
    """Where it is not clear which side it is."""
    rows = "b,here,c,there\nb,there,c,here\n"
    with pytest.raises(CannotMatch, match=r"a source is neither 'people\.csv' nor 'other\.csv'"):
        truth_in(f"id_l,source_l,id_r,source_r\n{rows}", *TWO)


def test_persons_of_two_files_need_a_source_where_ids_overlap() -> None:
    """Else it is not known which row is meant."""
    assert truth_in("id,truth\na,1\nc,1\n", *TWO).persons == {0: "1", 3: "1"}
    assert truth_in("id,source,truth\nb,people,1\nb,other,2\n", *TWO).persons == {1: "1", 2: "2"}
    with pytest.raises(CannotMatch, match="line 2: both files have a row with this id"):
        truth_in("id,truth\nb,1\n", *TWO)


def test_an_id_of_two_rows_is_refused_by_their_numbers() -> None:
    """Only where the truth names it; the id itself is not shown."""
    twice = people("people.csv", "a", "secret", "secret")
    with pytest.raises(CannotMatch, match=r"line 3: rows 2 and 3 of people\.csv have the same id") as refused:
        truth_in("id,truth\na,1\nsecret,1\n", twice)
    assert "secret" not in str(refused.value)
    assert truth_in("id,truth\na,1\n", twice).persons == {0: "1"}


def test_ids_of_no_row_are_counted() -> None:
    """And refused where none is of a row."""
    assert truth_in("id_l,id_r\na,b\na,z\n", ONE).unknown == 1
    assert truth_in("id,truth\na,1\nz,1\n", ONE).unknown == 1
    for text in ("id_l,id_r\na,z\n", "id,truth\nz,1\n"):
        with pytest.raises(CannotMatch, match=r"truth\.csv names no"):
            truth_in(text, ONE)


@pytest.mark.parametrize("text", ["name,dob,town\na,b,c\n", "id,name,dob\na,b,c\n", "id\na\n"])
def test_another_form_is_refused(text: str) -> None:
    """With what it must be."""
    with pytest.raises(CannotMatch, match="two columns of ids, such as id_l and id_r"):
        truth_in(text, ONE)


@pytest.mark.parametrize("score", ["maybe", "", "nan"])
def test_a_score_that_is_none_is_refused(score: str) -> None:
    """With its line."""
    with pytest.raises(CannotMatch, match=r"truth\.csv, line 2: the score must be a number"):
        truth_in(f"id_l,id_r,score\na,b,{score}\n", ONE)


def test_a_column_of_the_files_themselves() -> None:
    """Within a file and across both; empty cells tell nothing."""
    files = (people("p", "a", "b", true_ids=["7", ""]), people("o", "c", "d", true_ids=["7", "8"]))
    assert truth_of(files).persons == {0: "7", 2: "7", 3: "8"}
