"""Forms that a signed-in browser sends, and not from the page that they belong to."""

from collections.abc import Mapping

from tests.messages import fhir_client, rows
from tests.stack import RunningStack


def changes_nothing(stack: RunningStack, address: str, form: Mapping[str, str]) -> None:
    """Nor does it before signing in; another site, another page of the same site and nobody's page are refused."""
    own = {"Origin": stack.book.http}
    with fhir_client(stack, "") as client:
        assert client.post(address, data=form, headers=own).status_code == 401
        assert client.get(stack.run("sign-in").stdout.strip()).status_code == 303
        before = rows(stack)
        for said in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": "cross-site", **own},
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {},
        ):
            answer = client.post(address, data=form, headers=said)
            assert (answer.status_code, "Nothing was changed" in answer.text) == (403, True), said
        assert rows(stack) == before
