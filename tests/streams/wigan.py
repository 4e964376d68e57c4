"""Writes the Wigan stream: children's social care, with shared decisions and shared risk in one family."""

from tests.streams.scenario import Scenario
from tests.streams.wigan_partners import PARTNERS
from tests.streams.wigan_people import erin, kelly, louie, maureen

WIGAN = Scenario("wigan", PARTNERS, (erin.story, louie.story, kelly.story, maureen.story))

if __name__ == "__main__":
    WIGAN.write()
