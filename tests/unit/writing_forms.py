"""The forms of the pages, filled in as they should be."""

from datetime import date

from services.domain.writing.acts import Act

TODAY = date(2026, 6, 1)

FILLED = {
    Act.ACCEPT: {"said": "Sam rings on Monday"},
    Act.REJECT: {"said": "Too far for us"},
    Act.HAND_OVER: {"to": "ZZT41", "why": "Nearer to her"},
    Act.CLOSE: {"outcome": "She has friends now"},
    Act.CONTACT: {
        "date": "2026-05-04",
        "how": "community",
        "what": "Walk and talk",
        "note": "Tea by the water.",
    },
    Act.NOTE: {"about": "The move", "words": "She rang, and we talked of the move."},
    Act.GOAL: {"words": "Keep bees again"},
    Act.MEETING: {
        "date": "2026-05-04",
        "how": "home-visit",
        "what": "Network meeting",
        "people": "Wren Quillfeather\nRuth Fenn, sister\nSam Okafor, peer worker",
        "note": "We listened.",
    },
    Act.NAMED_WORKER: {"worker": "Priya Nair", "role": "Named social worker", "since": "2026-05-04"},
    Act.REFER: {"to": "ZZT41", "what": "Befriending", "why": "Alone since the move", "urgency": "routine"},
}
"""By act."""
