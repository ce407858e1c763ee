"""HTTP Digest (RFC 2617, MD5, qop=auth) as GA/T 1400 registration uses it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

NONCE_LIVES_S = 300.0
MOST_NONCES = 4096

_PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True)
class Secret:
    username: str
    password: str
    realm: str = "viid"


@dataclass(slots=True)
class _Nonce:
    issued_s: float
    count: int = 0


class DigestGate:
    """Issues nonces and checks answers. A nonce lives five minutes and its counter only rises, so
    an answer overheard once is worth nothing. Thread-safe; ``clock`` is seconds, monotonic."""

    def __init__(self, secret: Secret, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._nonces: OrderedDict[str, _Nonce] = OrderedDict()

    def challenge(self) -> str:
        """The value of WWW-Authenticate."""
        nonce = secrets.token_hex(16)
        now = self._clock()
        with self._lock:
            while self._nonces and (len(self._nonces) >= MOST_NONCES or self._is_old(next(iter(self._nonces)), now)):
                self._nonces.popitem(last=False)
            self._nonces[nonce] = _Nonce(now)
        return f'Digest realm="{self._secret.realm}", qop="auth", nonce="{nonce}", algorithm=MD5'

    def accepts(self, authorization: str, method: str, path: str) -> bool:
        """Whether the header proves the password for this very request. ``path`` is as requested,
        with its query; senders may digest it or the full URL."""
        scheme, _, rest = authorization.partition(" ")
        parts = {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(rest)}
        if scheme.lower() != "digest" or parts.get("username") != self._secret.username:
            return False
        if parts.get("qop") != "auth" or parts.get("algorithm", "MD5").upper() != "MD5":
            return False
        if not _same_target(parts.get("uri", ""), path):
            return False
        expected = response(self._secret, method, parts)
        given = parts.get("response", "").lower()
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            return False
        return self._spend(parts.get("nonce", ""), parts.get("nc", ""))

    def _spend(self, nonce: str, count: str) -> bool:
        if not re.fullmatch(r"[0-9a-fA-F]{8}", count):
            return False
        with self._lock:
            known = self._nonces.get(nonce)
            if known is None or self._is_old(nonce, self._clock()) or int(count, 16) <= known.count:
                return False
            known.count = int(count, 16)
            return True

    def _is_old(self, nonce: str, now: float) -> bool:
        return now - self._nonces[nonce].issued_s > NONCE_LIVES_S


def response(secret: Secret, method: str, parts: Mapping[str, str]) -> str:
    """What a sender that knows the password answers."""
    who = _md5(f"{secret.username}:{secret.realm}:{secret.password}")
    what = _md5(f"{method}:{parts.get('uri', '')}")
    said = ":".join(parts.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return _md5(f"{who}:{said}:{what}")


def _same_target(uri: str, path: str) -> bool:
    if uri == path:
        return True
    try:
        url = urlsplit(uri)
    except ValueError:
        return False
    return bool(url.scheme) and (f"{url.path}?{url.query}" if url.query else url.path) == path


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
