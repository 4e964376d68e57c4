"""Who somebody is here, by what NHS CIS2, NHS login and Entra say of them and the tables that ship."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.access.claims import NotATable, Refused, read_table, reader_from
from services.domain.access.reader import OF_THE_PARTNERSHIP, Reader, Role

TABLES = {
    file.stem: read_table(tomllib.loads(file.read_text()))
    for file in sorted((Path(__file__).parents[2] / "deploy" / "sign-in").glob("*.toml"))
}
RESIDENT = "0f5c2d8e-0000-4000-8000-000000000000"


def cis2(*roles: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    """What CIS2 says of somebody, with their roles by id, code and organisation."""
    given = [{"person_roleid": id_, "role_code": code, "org_code": ods} for id_, code, ods in roles]
    said = {"nhsid_useruid": "u-1", "name": "Asha  Merrin", "acr": "AAL3_ANY", "nhsid_nrbac_roles": given}
    return {**said, "selected_roleid": "r-1", **changes}


DOCTOR = ("r-1", "S8000:G8000:R8000", "zzt41")
WORKER = ("r-2", "S8000:G8001:R8016", "ZZC12")

LET_IN = [
    ("nhs-cis2", 3, cis2(DOCTOR), Reader(Role.CLINICIAN, "ZZT41", "u-1", "Asha Merrin")),
    ("nhs-cis2", 3, cis2(DOCTOR, WORKER), Reader(Role.CLINICIAN, "ZZT41", "u-1", "Asha Merrin")),
    (
        "nhs-cis2",
        3,
        cis2(DOCTOR, WORKER, selected_roleid="r-2"),
        Reader(Role.SOCIAL_WORKER, "ZZC12", "u-1", "Asha Merrin"),
    ),
    ("nhs-cis2", 2, cis2(DOCTOR, acr="AAL2_OR_AAL3_ANY", name=7), Reader(Role.CLINICIAN, "ZZT41", "u-1", "")),
    (
        "nhs-login",
        2,
        {"sub": RESIDENT, "vot": "P9.Cp.Cd", "given_name": "Jo"},
        Reader(Role.PEER_WORKER, "ZZV58", RESIDENT, "Jo"),
    ),
    (
        "entra",
        2,
        {
            "oid": "o-1",
            "name": "C Staithe",
            "acrs": ["c1"],
            "roles": ["Carethread.SocialWorker.Wensum", "Other"],
        },
        Reader(Role.SOCIAL_WORKER, "ZZC12", "o-1", "C Staithe"),
    ),
    (
        "entra",
        3,
        {"oid": "o-2", "acrs": ["c1", "c2"], "roles": ["Carethread.Steward"]},
        Reader(Role.STEWARD, "", "o-2", ""),
    ),
]


@pytest.mark.parametrize(("table", "least", "claims", "reader"), LET_IN)
def test_somebody_with_a_role_comes_in(
    table: str, least: int, claims: dict[str, Any], reader: Reader
) -> None:
    """As what the table says, for the organisation that the provider or the table names."""
    assert reader_from(claims, TABLES[table], least) == reader


STAYS_OUT = [
    ("nhs-cis2", 3, cis2(DOCTOR, acr="AAL2_OR_AAL3_ANY"), "weak-assurance"),
    ("nhs-cis2", 1, cis2(DOCTOR, acr=None), "no-assurance"),
    ("nhs-cis2", 1, cis2(DOCTOR, acr="AAL9"), "no-assurance"),
    ("nhs-cis2", 1, cis2(DOCTOR, acr={"AAL3_ANY": 1}), "no-assurance"),
    ("nhs-cis2", 3, cis2(DOCTOR, nhsid_useruid=""), "no-id"),
    ("nhs-cis2", 3, cis2(DOCTOR, nhsid_useruid=None), "no-id"),
    ("nhs-cis2", 3, cis2(), "no-role"),
    ("nhs-cis2", 3, cis2(DOCTOR, selected_roleid="r-9"), "no-role"),
    ("nhs-cis2", 3, cis2(DOCTOR, selected_roleid=None), "no-role"),
    ("nhs-cis2", 3, cis2(("r-1", "S8010:G8011:R8010", "ZZT41")), "no-role"),
    ("nhs-cis2", 3, cis2(("r-1", "S8000:G8000:R80001", "ZZT41")), "no-role"),
    ("nhs-cis2", 3, cis2(("r-1", "S8000:G8000:R8000", "Z 1")), "no-organisation"),
    ("nhs-cis2", 3, cis2(DOCTOR, nhsid_nrbac_roles="R8000"), "no-role"),
    ("nhs-login", 2, {"sub": RESIDENT, "vot": "P5.Cp.Cd"}, "weak-assurance"),
    ("nhs-login", 2, {"sub": RESIDENT, "vot": "P9"}, "no-assurance"),
    ("nhs-login", 2, {"sub": "another", "vot": "P9.Cp.Cd"}, "no-role"),
    ("entra", 2, {"oid": "o-1", "roles": ["Carethread.Ops"]}, "no-assurance"),
    ("entra", 3, {"oid": "o-1", "acrs": ["c1"], "roles": ["Carethread.Ops"]}, "weak-assurance"),
    (
        "entra",
        2,
        {"oid": "o-1", "acrs": ["c1"], "roles": ["Carethread.Ops", "Carethread.Steward"]},
        "several-roles",
    ),
    ("entra", 2, {"oid": "o-1", "acrs": ["c1"]}, "no-role"),
]


@pytest.mark.parametrize(("table", "least", "claims", "reason"), STAYS_OUT)
def test_who_is_not_known_well_enough_stays_out(
    table: str, least: int, claims: dict[str, Any], reason: str
) -> None:
    """With words that say what to do, and nothing of who it is."""
    with pytest.raises(Refused) as refused:
        reader_from(claims, TABLES[table], least)
    assert refused.value.reason == reason
    assert any(words in str(refused.value) for words in ("Ask whoever", "Sign in there again"))
    assert "u-1" not in str(refused.value)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["AAL3_ANY", "c1", "r-1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role_code", "org_code", "person_roleid"]), inner, max_size=3)
    ),
    max_leaves=4,
)
_NAMES = st.sampled_from(
    ["acr", "acrs", "vot", "sub", "oid", "nhsid_useruid", "roles", "nhsid_nrbac_roles", "name"]
)


@given(st.sampled_from(sorted(TABLES)), st.dictionaries(_NAMES, _JSON), st.integers(1, 3))
def test_whatever_is_said_somebody_comes_in_whole_or_not_at_all(
    table: str, claims: Mapping[str, Any], least: int
) -> None:
    """No claim breaks it, and nobody who helps people comes in for no organisation."""
    try:
        reader = reader_from(claims, TABLES[table], least)
    except Refused:
        return
    assert reader.user
    assert reader.organisation or reader.role in OF_THE_PARTNERSHIP


def _table(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "A provider",
        "assurance": {"claim": "acr", "levels": {"strong": 2}},
        "grants": {"claim": "roles"},
        "role": [{"given": "Steward", "role": "steward"}],
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"provider": ""},
        {"assurance": {"claim": "acr"}},
        {"assurance": {"claim": "acr", "levels": {}}},
        {"assurance": {"claim": "acr", "levels": {"strong": 4}}},
        {"grants": {}},
        {"grants": {"claim": "roles", "id": "id"}},
        {"role": []},
        {"role": [{"given": "Steward", "role": "king"}]},
        {"role": [{"given": "System", "role": "partner-system"}]},
        {"role": [{"given": "Worker", "role": "social-worker", "organisation": "no code"}]},
        {"role": [{"role": "steward"}]},
        {"request": {"redirect_uri": "https://elsewhere.example"}},
        {"request": {"nonce": "1"}},
    ],
)
def test_a_table_that_is_wrong_is_refused(changes: dict[str, Any]) -> None:
    """At the start, with what is wrong."""
    assert read_table(_table())
    with pytest.raises(NotATable):
        read_table(_table(**changes))
