"""Invented people as NHS CIS2 tells of them, one for each way in which somebody may come in or not."""

from typing import Any

Claims = dict[str, Any]


def _person(user: str, name: str, *roles: tuple[str, str, str], selected: str = "", **changes: Any) -> Claims:
    """`roles`: id, code and ODS code of each."""
    given = [{"person_roleid": id_, "role_code": code, "org_code": ods} for id_, code, ods in roles]
    chosen = selected or (roles[0][0] if roles else "")
    said = {
        "sub": user,
        "nhsid_useruid": user,
        "name": name,
        "acr": "AAL3_ANY",
        "selected_roleid": chosen,
        "nhsid_nrbac_roles": given,
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


_DOCTOR = ("555000000101", "S8000:G8000:R8000", "ZZT41")
_CLERK = ("555000000102", "S8010:G8011:R8010", "ZZT41")

CLINICIAN = "Asha Merrin"
SOCIAL_WORKER = "Colin Staithe"

PEOPLE: dict[str, Claims] = {
    one["name"]: one
    for one in (
        _person("555000000001", CLINICIAN, _DOCTOR, _CLERK),
        _person("555000000002", SOCIAL_WORKER, ("555000000201", "S8000:G8001:R8016", "ZZC12")),
        _person("555000000003", "Clerk Alone", _CLERK),
        _person("555000000004", "Weak Way", _DOCTOR, acr="AAL1_USERPASS"),
        _person("555000000005", "No Level", _DOCTOR, acr=None),
        _person("555000000006", "None Selected", _DOCTOR, selected_roleid=None),
        _person("555000000007", "No Organisation", ("555000000701", "S8000:G8000:R8000", "")),
    )
}
