"""Keys of partners' systems, and what they sign with them."""

import json
import time
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

AUDIENCE = "https://carethread.example/token"
Pair = RSAKey | ECKey


def rsa(kid: str) -> RSAKey:
    """A new pair of RSA keys."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def ec(kid: str, curve: str = "P-384") -> ECKey:
    """A new pair of EC keys."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})


def jwks(*keys: Pair, private: bool = False) -> bytes:
    """The keys as a partner sends them."""
    return json.dumps(KeySet(list(keys)).as_dict(private=private)).encode()


def claims(client: str, **changes: Any) -> dict[str, Any]:
    """What a client says; None takes a claim out."""
    said = {"iss": client, "sub": client, "aud": AUDIENCE, "exp": int(time.time()) + 240, "jti": str(uuid4())}
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def signed(key: Pair, said: dict[str, Any], algorithm: str = "RS512", **header: Any) -> str:
    """The assertion; a header of None is left out."""
    given = {"alg": algorithm, "kid": key.kid, **header}
    told = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(told, said, key, algorithms=[algorithm])


def form(assertion: str, **changes: str) -> dict[str, str]:
    """What is posted to the token endpoint."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": "system/*.rs",
        **changes,
    }
