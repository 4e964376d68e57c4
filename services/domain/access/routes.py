"""Who may come to which address over HTTP: the table. What is not listed does not open, for anybody."""

from collections.abc import Mapping

from services.domain.access.reader import Role

PUBLIC: frozenset[Role] = frozenset()
"""Open without signing in: nothing there is about anybody."""

GLASS_BREAKERS = frozenset({Role.CLINICIAN, Role.SOCIAL_WORKER})
"""Who may, with a reason and for a limited time, see what relationship and consent close to them."""
CARERS = GLASS_BREAKERS | {Role.PEER_WORKER}
"""Who takes part in people's care."""
_READERS = CARERS | {Role.STEWARD}
_SENDERS = _READERS | {Role.PARTNER_SYSTEM}
_STEWARDS = frozenset({Role.STEWARD})
_WATCHERS = frozenset({Role.STEWARD, Role.OPS})
_SYSTEMS = frozenset({Role.PARTNER_SYSTEM})

ROUTES: Mapping[str, frozenset[Role]] = {
    "GET /": _READERS | {Role.OPS},
    "GET /sign-in": PUBLIC,
    "POST /sign-in/demo": PUBLIC,
    "GET /sign-in/{secret}": PUBLIC,
    "GET /oidc/start": PUBLIC,
    "GET /oidc/callback": PUBLIC,
    "POST /token": PUBLIC,
    "GET /.well-known/smart-configuration": PUBLIC,
    "GET /fhir/.well-known/smart-configuration": PUBLIC,
    "GET /sign-out": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /person": _READERS,
    "GET /person/{id}": _READERS,
    "GET /person/{id}/changes": _READERS,
    "GET /person/{id}/referral/{key}": _READERS,
    "GET /person/{id}/referral/{key}/{act}": CARERS,
    "POST /person/{id}/referral/{key}/{act}": CARERS,
    "GET /person/{id}/write/{act}": CARERS,
    "POST /person/{id}/write/{act}": CARERS,
    "POST /person/{id}/break-glass": GLASS_BREAKERS,
    "GET /fhir/Patient": _READERS | _SYSTEMS,
    "POST /fhir/Patient/$match": _READERS | _SYSTEMS,
    "GET /fhir/Patient/{id}": _READERS | _SYSTEMS,
    "GET /partnership": _READERS | {Role.OPS},
    "GET /services/{ods}": _READERS | {Role.OPS},
    "GET /services/{ods}/changes": _READERS | {Role.OPS},
    "GET /fhir/Patient/{id}/$everything": _READERS | _SYSTEMS,
    "GET /fhir/{type:searched}": _READERS | _SYSTEMS,
    "GET /fhir/{type:resource}/{id}": _READERS | _SYSTEMS,
    "POST /fhir/ServiceRequest/$check": _READERS | _SYSTEMS,
    "POST /fhir/$process-message": _SYSTEMS,
    "GET /fhir/metadata": PUBLIC,
    "GET /fhir/MessageDefinition": PUBLIC,
    "GET /fhir/MessageDefinition/{id}": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /fhir/Slot": PUBLIC,
    "GET /fhir/Slot/{id}": PUBLIC,
    "GET /outcomes": _SYSTEMS,
    "GET /outcomes/{id:path}": _SYSTEMS,
    "GET /notices": _SYSTEMS,
    "GET /scorecard": _SYSTEMS,
    "GET /partners": _WATCHERS,
    "GET /uploads": _SENDERS,
    "POST /uploads": _SENDERS,
    "GET /uploads/templates/{kind}.csv": PUBLIC,
    "GET /uploads/{id}": _SENDERS,
    "POST /uploads/{id}/commit": _SENDERS,
    "GET /quarantine": _STEWARDS,
    "POST /quarantine/resubmit": _STEWARDS,
    "GET /quarantine/{key}": _STEWARDS,
    "GET /quarantine/{key}/document": _STEWARDS,
    "POST /quarantine/{key}/correct": _STEWARDS,
    "POST /quarantine/{key}/resubmit": _STEWARDS,
    "POST /quarantine/{key}/dismiss": _STEWARDS,
    "GET /review": _STEWARDS,
    "GET /review/{one}/{other}": _STEWARDS,
    "POST /review/{one}/{other}": _STEWARDS,
    "GET /review/entries": _STEWARDS,
    "GET /review/entries/{one}/{other}": _STEWARDS,
    "POST /review/entries/{one}/{other}": _STEWARDS,
}
"""By method and path, the roles to which it opens."""
