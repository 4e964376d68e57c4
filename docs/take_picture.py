"""Takes docs/person-page.png, the picture of a person's page, from a stack of its own with the demo in it.

Run it from the repository's root, with the test dependencies and a Chromium installed:

    python -m docs.take_picture
"""

import re
from pathlib import Path

from tests.e2e.browser import chromium, visit
from tests.stack import RunningStack, data_folder, wait_for

PICTURE = Path(__file__).with_name("person-page.png")


def main() -> None:
    """Start a stack, open the page that `up --demo` prints as its first demo person, a clinician, take its picture at
    1100 × 1400, and stop it all."""
    with data_folder() as folder, RunningStack(folder, "--demo") as stack, chromium() as browser:
        wait_for(lambda: "Stop with" in stack.said, "the demo's page is printed")
        (person,) = re.findall(r"http\S+/person/\S+", stack.said)
        with visit(browser) as found:
            found.page.goto(f"{stack.book.http}/sign-in")
            found.page.get_by_role("button").first.click()
            found.page.goto(person)
            found.page.screenshot(path=PICTURE)
    print(f"Wrote {PICTURE} ({PICTURE.stat().st_size // 1024} KiB)")


if __name__ == "__main__":
    main()
