"""The three kinds of sheet: the columns of each, and the words that its outcome column knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.uploads import dates, values
from schemas.uploads.columns import WHO, Column, by_whom, choice, day, note, your_reference


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of sheet."""

    kind: str
    one: str
    """What one row tells of."""
    says: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    def required(self) -> Iterator[Column]:
        """The columns without which there is nothing to tell."""
        return (column for column in self.columns if column.needed == "yes")


IN_ERROR = ("in error", "error", "mistake", "delete", "deleted", "remove", "removed", "wrong", "void")
ENTERED_IN_ERROR = "entered in error"

HOW: dict[str, tuple[str, ...]] = {
    "in person": ("face to face", "f2f", "office", "drop in", "clinic", "group"),
    "home visit": ("home", "at home"),
    "in the community": ("community", "outreach", "out and about", "outdoors"),
    "by phone": ("phone", "telephone", "phone call", "call", "tel"),
    "online": ("video", "video call", "zoom", "teams", "virtual", "remote", "text", "email", "chat"),
}
CONTACT_OUTCOMES: dict[str, tuple[str, ...]] = {
    "happened": ("attended", "yes", "done", "completed", "took place", "held", "seen", "finished"),
    "did not attend": (
        "dna", "no show", "no", "missed", "not attended", "did not come", "didnt attend", "didn’t attend",
    ),
    "cancelled": ("canceled", "called off", "postponed"),
    "planned": ("booked", "scheduled", "to come", "upcoming"),
    ENTERED_IN_ERROR: IN_ERROR,
}  # fmt: skip
URGENCIES: dict[str, tuple[str, ...]] = {
    "routine": ("normal", "standard", "no", "not urgent", "non urgent", "low"),
    "urgent": ("yes", "high", "soon", "priority"),
    "emergency": ("immediate", "immediately", "crisis"),
}
REFERRAL_STATUSES: dict[str, tuple[str, ...]] = {
    "requested": ("sent", "made", "referred", "new", "pending", "awaiting reply", "no answer yet"),
    "accepted": ("taken on", "approved"),
    "rejected": ("declined", "refused", "not accepted", "turned down"),
    "started": ("in progress", "being seen", "ongoing", "under way"),
    "on hold": ("paused",),
    "completed": ("complete", "closed", "finished", "done", "ended"),
    "withdrawn": ("cancelled", "canceled", "revoked", "no longer needed"),
    ENTERED_IN_ERROR: IN_ERROR,
}
WENT: dict[str, tuple[str, ...]] = {
    "yes": ("y", "went", "attended", "they went", "true", "1"),
    "no": (
        "n",
        "did not go",
        "didnt go",
        "didn’t go",
        "not gone",
        "declined",
        "false",
        "0",
        "did not attend",
    ),
    "not yet": ("unknown", "not known", "dont know", "don’t know", "pending", "to come"),
    ENTERED_IN_ERROR: IN_ERROR,
}


CONTACTS = Template(
    "contacts",
    "contact",
    "Times you were in contact with someone: a walk, a call, a group, a visit.",
    (
        your_reference("Contact", "C-0001"),
        *WHO,
        day(
            "date", "Date", ("Contact date", "Date of contact", "When", "Session date", "Date and time"),
            "yes", "04/05/2026",
        ),
        Column(
            "time", "Time", ("Start time", "Time of contact", "Start"), "no",
            "The time it began: 14:30 or 2:30pm. Or write it after the date.", "14:30", dates.clock,
        ),
        Column(
            "what", "Kind of contact",
            ("Contact type", "Type of contact", "Type", "Kind", "What", "Activity", "Contact", "Session",
             "Session type"),
            "yes", "What it was, in your own words.", "Walk and talk", values.text(values.SHORT),
        ),
        choice(
            "how", "How", ("Method", "Mode", "Contact method", "How it happened", "Medium"), HOW, "in the community",
        ),
        by_whom("Seen by", "Contact by", "With"),
        choice(
            "outcome", "Outcome", ("Status", "Attended", "Attendance", "Result"), CONTACT_OUTCOMES, "happened",
            empty="happened",
        ),
        note("Talked about the garden group."),
    ),
)  # fmt: skip

REFERRALS = Template(
    "referrals",
    "referral",
    "When you referred someone to a service, and what became of it.",
    (
        your_reference("Referral", "R-0001"),
        *WHO,
        day(
            "date", "Date", ("Referral date", "Date of referral", "Date referred", "When", "Referred on"),
            "yes", "05/05/2026",
        ),
        Column(
            "what", "What for",
            ("Referral type", "Type", "Kind of referral", "Service type", "For", "Need", "Support needed"),
            "yes", "What the person is referred for, in your own words.", "Debt advice", values.text(values.SHORT),
        ),
        Column(
            "to", "Referred to",
            ("To", "Service", "Organisation", "Organization", "Referred to service", "Destination", "Agency",
             "Provider"),
            "yes", "The service or organisation.", "Reedmere Advice Centre", values.text(values.SHORT),
        ),
        Column(
            "why", "Reason", ("Why", "Reason for referral", "Referral reason", "Presenting issue"), "no",
            "Why, in your own words.", "Two months behind with the rent", values.text(values.LONG),
        ),
        choice("urgency", "Urgency", ("Priority", "Urgent", "How urgent"), URGENCIES, "routine", empty="routine"),
        by_whom("Referred by", "Referrer", "Made by"),
        choice(
            "status", "Status", ("Outcome", "Referral status", "Result", "Answer"), REFERRAL_STATUSES, "accepted",
            empty="requested",
        ),
        day(
            "answered", "Date of answer",
            ("Answered on", "Outcome date", "Status date", "Date accepted", "Date of outcome"),
            "no", "12/05/2026",
        ),
        Column(
            "answer", "Reason for the answer",
            ("Outcome reason", "Reason rejected", "Rejection reason", "Reason declined", "Status reason"),
            "no", "Why it was rejected, or what was said.", "First appointment on 20 May", values.text(values.LONG),
        ),
        note("Would like Sam to come along."),
    ),
)  # fmt: skip

INTRODUCTIONS = Template(
    "introductions",
    "introduction",
    "When you introduced someone to a place in the community, and whether they went.",
    (
        your_reference("Introduction", "I-0001"),
        *WHO,
        day(
            "date", "Date",
            ("Introduction date", "Date of introduction", "Date introduced", "When", "Introduced on", "Signposted on"),
            "yes", "06/05/2026",
        ),
        Column(
            "place", "Introduced to",
            ("Community asset", "Community place", "Place", "Asset", "Group", "Activity", "Introduced to place",
             "Signposted to", "Connected to"),
            "yes", "The community group or place.", "Marsh Quay Men’s Shed", values.text(values.SHORT),
        ),
        Column(
            "why", "What for", ("Reason", "Why", "For", "Hoped for"), "no",
            "What the person hopes for, in your own words.", "Company, and using my hands again",
            values.text(values.LONG),
        ),
        by_whom("Introduced by", "Connector", "Link worker"),
        choice(
            "went", "Did they go", ("Went", "Attended", "Outcome", "Status", "Did they attend", "Result"), WENT, "yes",
            empty="not yet",
        ),
        day(
            "went_on", "Date they went",
            ("Went on", "First visit", "Date attended", "Date of first visit", "First attended"),
            "no", "13/05/2026",
        ),
        note("Means to go every Wednesday."),
    ),
)  # fmt: skip

TEMPLATES = {template.kind: template for template in (CONTACTS, REFERRALS, INTRODUCTIONS)}
