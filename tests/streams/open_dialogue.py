"""Writes the Open Dialogue stream: meetings of a person, their people and the workers, all as equals."""

from tests.streams.open_dialogue_partners import PARTNERS
from tests.streams.open_dialogue_people import elsie, jordan, mehwish, noah, tomasz
from tests.streams.scenario import Scenario

OPEN_DIALOGUE = Scenario(
    "open-dialogue", PARTNERS, (noah.story, mehwish.story, tomasz.story, elsie.story, jordan.story)
)

if __name__ == "__main__":
    OPEN_DIALOGUE.write()
