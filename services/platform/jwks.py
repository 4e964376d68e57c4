"""The keys with which an identity provider signs, by their ids (RFC 7517)."""

from collections.abc import Awaitable, Callable
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from services.platform.provider_http import Document, KeptDocument, ProviderRefused

SigningKey = RSAKey | ECKey


class ProviderKeys:
    """The provider's public keys: an id that nobody knows yet has them read again, but not without end."""

    def __init__(self, kept: KeptDocument) -> None:
        self._kept = kept

    async def find(self, kid: str) -> SigningKey:
        """The key of this id.

        Raises:
            ProviderAway: the provider does not say its keys.
            ProviderRefused: it has no such key.
        """
        for document in (self._kept.get, self._again):
            if key := _find(await document(), kid):
                return key
        raise ProviderRefused("the token is signed with a key that the provider does not have")

    async def _again(self) -> Document:
        return await self._kept.get(afresh=True)


def keys_at(
    address: Callable[[], Awaitable[str]], read: Callable[[str], Awaitable[Document]]
) -> ProviderKeys:
    """The keys at the address that the provider says it has them at."""

    async def read_keys() -> Document:
        return await read(await address())

    return ProviderKeys(KeptDocument(read_keys))


def _find(document: Document, kid: str) -> SigningKey | None:
    keys = document.get("keys")
    given = [one for one in keys if _is_asked(one, kid)] if isinstance(keys, list) else []
    for one in given:
        try:
            key = JWKRegistry.import_key(one)
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # of a kind that we do not know
        if isinstance(key, SigningKey):
            return key
    return None


def _is_asked(one: Any, kid: str) -> bool:
    return isinstance(one, dict) and one.get("kid") == kid and one.get("use", "sig") == "sig"
