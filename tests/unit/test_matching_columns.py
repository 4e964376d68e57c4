"""Which column is which: whatever the heading's dress, whatever else there is, and as a map says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workbench.matching.columns import Columns, Named, check_map, find_columns, read_map
from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.fields import ANSWERS, BY_NAME, FIELDS
from services.workbench.matching.table import Table, compact

HEADINGS = [(field.name, heading) for field in FIELDS for heading in field.headings]


def table_of(*header: str) -> Table:
    """A file with these headings."""
    return Table("people.csv", list(header), "", ",")


def found(*header: str, named: Named | None = None, answer: str | None = None) -> Columns:
    """What is found in a file with these headings."""
    return find_columns(table_of(*header), named or {}, answer)


def fields_of(*header: str) -> dict[str, list[str]]:
    """The headings taken, by field."""
    return {name: [header[place] for place in places] for name, places in found(*header).of.items()}


def dressed(words: str) -> st.SearchStrategy[str]:
    """A heading in some dress."""
    parts = words.split()
    return st.sampled_from(
        [
            words,
            words.upper(),
            words.title(),
            "_".join(parts),
            "-".join(parts).upper(),
            ".".join(one.title() for one in parts),
            "".join(parts),
            parts[0] + "".join(one.title() for one in parts[1:]),
            f"  {words.title()} (if known)",
            f"{words}:",
        ]
    )


@given(st.data())
def test_a_heading_is_known_in_any_dress(data: st.DataObject) -> None:
    """Capitals, spaces, dots, underscores, hyphens, camel case and brackets make no difference."""
    name, heading = data.draw(st.sampled_from([one for one in HEADINGS if one != ("birth_day", "birth day")]))
    shown = data.draw(dressed(heading))
    beside = {"family_name": "surname", "full_name": "name", "birth_date": "dob"}
    taken = fields_of(shown, *(other for field, other in beside.items() if field != name))
    assert shown in taken[name]


def test_no_heading_means_two_things() -> None:
    """But 'birthday', which is a date alone and a day beside a year and a month."""
    meanings: dict[str, set[str]] = {}
    for name, heading in HEADINGS:
        meanings.setdefault(compact(heading), set()).add(name)
    doubtful = {heading for heading, names in meanings.items() if len(names) > 1}
    assert doubtful == {"birthday"}
    assert doubtful.isdisjoint(map(compact, ANSWERS))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Patient First Name", "given_name"),
        ("client_dob", "birth_date"),
        ("ServiceUser_Postcode", "postcode"),
        ("current address", "address"),
        ("surname_std", "family_name"),
        ("postcode_fake", "postcode"),
        ("D.O.B.", "birth_date"),
        ("NHSNo", "nhs_number"),
        ("Addr1", "address"),
        ("address_line_2", "address"),
        ("line1", "address"),
        ("tel 2", "phone"),
        ("email_1", "email"),
        ("prev_postcode_2", "previous_postcode"),
        ("Previous Surname", "previous_family_name"),
        ("soc_sec_id", "other_number"),
    ],
)
def test_headings_that_files_have(heading: str, name: str) -> None:
    """With words before or behind, or a number."""
    assert found("full_name", heading).of[name] == (1,)


@pytest.mark.parametrize(
    "heading", ["first_name_2", "next_of_kin_name", "gp_postcode", "mothers_maiden_name", "age"]
)
def test_what_is_of_somebody_or_something_else_is_ignored(heading: str) -> None:
    """A second of what there is one of, too."""
    columns = found("name", heading)
    assert list(columns.of) == ["full_name"]
    assert columns.ignored == [heading]


def test_several_columns_of_one_kind_are_all_taken_in_their_order() -> None:
    """Telephones, e-mail addresses and lines of an address."""
    taken = fields_of("surname", "mobile", "home_phone", "address_2", "address_1", "email", "work_email")
    assert taken["phone"] == ["mobile", "home_phone"]
    assert taken["address"] == ["address_2", "address_1"]
    assert taken["email"] == ["email", "work_email"]


def test_of_several_ids_the_first_by_precedence_is_taken() -> None:
    """Whatever their order in the file; the others are ignored."""
    columns = found("person_id", "name", "rec_id", "unique_id")
    assert columns.of["id"] == (3,)
    assert columns.ignored == ["person_id", "rec_id"]


@pytest.mark.parametrize("heading", ANSWERS)
def test_an_answer_is_neither_evidence_nor_an_id(heading: str) -> None:
    """It is left alone, and named apart from what is ignored."""
    columns = found(heading, "name", "dob")
    assert set(columns.of) == {"full_name", "birth_date"}
    assert (columns.answer, columns.answers, columns.ignored) == (None, [heading], [])


@pytest.mark.parametrize("heading", ["cluster", "person_id", "id", "soc_sec_id"])
def test_the_column_named_as_the_answer_is_used_for_nothing_else(heading: str) -> None:
    """Even where its heading is that of an id or of a number."""
    columns = found("name", "dob", heading, answer=heading.upper())
    assert columns.answer == 2
    assert set(columns.of) == {"full_name", "birth_date"}


def test_birth_day_is_the_day_alone_beside_a_year_and_a_month() -> None:
    """And else a date."""
    assert fields_of("name", "birth_year", "birth_month", "birth_day")["birth_day"] == ["birth_day"]
    assert "birth_date" not in fields_of("name", "birth_year", "birth_month", "birth_day")
    assert fields_of("name", "Birthday")["birth_date"] == ["Birthday"]
    both = fields_of("name", "dob", "birth_year", "birth_month", "birth_day")
    assert (both["birth_date"], both["birth_day"]) == (["dob"], ["birth_day"])


@pytest.mark.parametrize(
    "header",
    [("nhs_number",), ("postcode", "dob"), ("id", "phone"), ("house", "town", "gender"), ("banana",)],
)
def test_too_little_to_know_people_by_is_refused(header: tuple[str, ...]) -> None:
    """With what was found and what is looked for."""
    with pytest.raises(
        CannotMatch, match=r"people\.csv has not enough columns .* a name, or a number"
    ) as refused:
        found(*header)
    assert all(heading in str(refused.value) for heading in header)
    assert "--columns" in str(refused.value)


@pytest.mark.parametrize(
    "header", [("surname",), ("nhs_number", "dob"), ("phone", "postcode"), ("email", "ssn")]
)
def test_little_is_enough(header: tuple[str, ...]) -> None:
    """A name, or a number or contact with something else; no NHS number is needed."""
    assert len(found(*header).of) == len(header)


def test_a_file_without_headings_is_told_so_without_its_people() -> None:
    """What stands in its first line is a person, and not shown."""
    with pytest.raises(CannotMatch, match="no headings") as refused:
        found("17", "Robin", "Fenwick", "1994-05-17", "robin@mail.example")
    assert "Fenwick" not in str(refused.value)


def test_a_map_says_which_column_is_which(tmp_path: Path) -> None:
    """One heading or several; none takes a column out; the rest is found by heading."""
    path = tmp_path / "map.toml"
    path.write_text(
        'family_name = "Nachname"\nphone = ["Tel privat", "MOBIL"]\nother_number = []\nid = "name"\n'
    )
    named = read_map(path)
    header = ("Vorname", "Nachname", "Tel privat", "Mobil", "phone", "ssn", "name", "dob")
    check_map(named, [table_of(*header)])
    columns = found(*header, named=named)
    assert columns.of == {"family_name": (1,), "phone": (2, 3), "id": (6,), "birth_date": (7,)}
    assert columns.ignored == ["Vorname", "phone", "ssn"]


def test_of_several_headings_for_one_column_the_first_there_is_taken() -> None:
    """So that one map serves two files."""
    named = {"family_name": ["Nachname", "nom"]}
    check_map(named, [table_of("Nachname"), table_of("nom")])
    assert found("dob", "nom", named=named).of["family_name"] == (1,)
    assert found("Nachname", "nom", named=named).of["family_name"] == (0,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nachname = "x"', f"'nachname'. Known are {', '.join(BY_NAME)}"),
        ("family_name = 3", "family_name must be the heading of a column, or a list of such"),
        ("family_name = [3]", "family_name must be the heading of a column, or a list of such"),
        ("family_name", "is not TOML"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With the keys that there are."""
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(CannotMatch) as refused:
        read_map(path)
    assert said in str(refused.value)


def test_a_map_or_an_answer_that_names_no_column_is_refused() -> None:
    """With the columns that there are."""
    with pytest.raises(
        CannotMatch, match=r"no column 'Nachname', which the map names\. There are 'name', 'dob'"
    ):
        check_map({"family_name": ["Nachname"]}, [table_of("name", "dob")])
    with pytest.raises(CannotMatch, match=r"has no column 'who' with true ids\. It has 'name', 'dob'"):
        found("name", "dob", answer="who")
    with pytest.raises(CannotMatch, match="cannot be read"):
        read_map(Path("/nowhere/map.toml"))
