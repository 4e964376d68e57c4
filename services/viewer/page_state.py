"""The state of a page as the page itself carries it: sealed, so that two of them say nothing to whoever reads them."""

import hmac
import secrets

from services.platform.audit_chain import derived_key

_NONCE = 16
"""Characters."""


class Seal:
    """Seals states, and knows its own again. Whoever lacks the key cannot tell whether two are of one state: else it
    would show that something was told of a person which the reader may not see."""

    def __init__(self, partnership_key: bytes) -> None:
        self._key = derived_key(partnership_key, "carethread page states")

    def sealed(self, state: bytes) -> str:
        """The state as a page, or an event, carries it: another word each time."""
        nonce = secrets.token_hex(_NONCE // 2)
        return nonce + self._mac(nonce, state)

    def holds(self, word: str, state: bytes) -> bool:
        """Whether a word that came back is of this state."""
        nonce, mac = word[:_NONCE], word[_NONCE:]
        return hmac.compare_digest(mac.encode(), self._mac(nonce, state).encode())

    def _mac(self, nonce: str, state: bytes) -> str:
        return hmac.digest(self._key, nonce.encode() + state, "sha256").hex()[:32]
