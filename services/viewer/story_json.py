"""A person's story as JSON, for `carethread record --json`: nothing of the clock."""

from typing import Any

from services.domain.record.continuity.named_worker import NamedWorker, NamedWorkers
from services.domain.record.continuity.what_matters import Said
from services.domain.record.instant import instant_text
from services.domain.record.measures.series import Series
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.threads import Thread
from services.viewer.story import Story


def story_json(story: Story) -> dict[str, Any]:
    """The parts of the document by name."""
    return {
        "referrals": [_referral(one) for one in story.threads],
        "named_workers": _named_workers(story.continuity.named_workers),
        "what_matters": [_said(one) for one in story.continuity.what_matters],
        "measures": [_measure(one) for one in story.measures],
    }


def _referral(thread: Thread) -> dict[str, Any]:
    return {
        "key": thread.key.hex(),
        "service": thread.service,
        "reason": thread.reason,
        "state": thread.state,
        "since": instant_text(thread.since),
        "asked": instant_text(thread.asked),
        "requester": _organisation(thread.requester),
        "performer": _organisation(thread.performer),
        "holder": _organisation(thread.holder) if thread.holder else None,
        "held": [_organisation(one.organisation) | {"since": instant_text(one.since)} for one in thread.held],
        "returns": thread.returns,
        "asked_again": thread.asked_again.hex() if thread.asked_again else None,
        "steps": [
            {"when": one.when, "words": one.words, "said": one.said, "sender": one.sender}
            for one in thread.steps
        ],
    }


def _organisation(one: Organisation) -> dict[str, Any]:
    return {"name": one.name, "ods": one.ods}


def _named_workers(found: NamedWorkers) -> dict[str, Any]:
    return {
        "now": [_named_worker(one) for one in found.now],
        "before": [_named_worker(one) for one in found.before],
        "changes": len(found.changes),
    }


def _named_worker(one: NamedWorker) -> dict[str, Any]:
    return {
        "name": one.who.name,
        "role": one.who.role,
        "organisation": one.who.organisation,
        "since": instant_text(one.since),
        "until": None if one.until is None else instant_text(one.until),
        "told_by": one.told_by,
    }


def _said(one: Said) -> dict[str, Any]:
    return {
        "words": one.words,
        "heading": one.heading,
        "own": one.own,
        "state": one.state,
        "written_by": one.written_by,
        "at": instant_text(one.at),
        "told_by": one.told_by,
    }


def _measure(one: Series) -> dict[str, Any]:
    return {
        "name": one.name,
        "unit": one.unit,
        "points": [
            {"at": point.told_at, "value": point.value, "sender": point.sender} for point in one.points
        ],
    }
