"""The scenarios that there are."""

from tests.streams.derbyshire import DERBYSHIRE
from tests.streams.lambeth import LAMBETH
from tests.streams.named_social_worker import NAMED_SOCIAL_WORKER
from tests.streams.norfolk_suffolk import NORFOLK_SUFFOLK
from tests.streams.open_dialogue import OPEN_DIALOGUE
from tests.streams.wigan import WIGAN

EVERY = (NORFOLK_SUFFOLK, LAMBETH, OPEN_DIALOGUE, WIGAN, DERBYSHIRE, NAMED_SOCIAL_WORKER)
