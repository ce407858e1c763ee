"""The key a site signs its packages with: made once, for its owner's eyes only, its public half beside it."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

log = logging.getLogger(__name__)

NAME = "evidence"


class KeyFaultError(ValueError):
    """A key that cannot be used. The message is Chinese."""


class SiteKey:
    """Ed25519 (RFC 8032). The private half never leaves the object."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def of(cls, folder: Path, name: str = NAME) -> SiteKey:
        """The key of that name in this folder; made, its public half logged, where there is none. Raises KeyFaultError
        for a file that is no key or that others may read, OSError for a folder that cannot be written."""
        path = folder / f"{name}.key"
        try:
            pem = path.read_bytes()
        except FileNotFoundError:
            return cls._made(folder, name)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyFaultError(f"{path} 对他人可读，请改为 0600 后再用")
        try:
            private = load_pem_private_key(pem, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as why:
            raise KeyFaultError(f"{path} 不是签名私钥") from why
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyFaultError(f"{path} 不是 Ed25519 私钥")
        return cls(private)

    @classmethod
    def _made(cls, folder: Path, name: str) -> SiteKey:
        """Whoever comes second takes the first one's."""
        path, public = folder / f"{name}.key", folder / f"{name}.pub"
        folder.mkdir(parents=True, exist_ok=True)
        key = cls(Ed25519PrivateKey.generate())
        pem = key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls.of(folder, name)
        with os.fdopen(made, "wb") as file:
            file.write(pem)
        public.write_bytes(key.public_pem)
        log.info("a key for %s was made; its public half is %s, fingerprint %s", name, public, key.fingerprint)
        return key

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_pem)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(data)


def fingerprint(public_pem: bytes) -> str:
    """The SHA-256 of the public key, its first 16 bytes in hex: short enough to be read out."""
    return hashlib.sha256(_public(public_pem).public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def is_signed(data: bytes, signature: bytes, public_pem: bytes) -> bool:
    """Raises KeyFaultError when the key is none."""
    try:
        _public(public_pem).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def is_same(one_pem: bytes, other_pem: bytes) -> bool:
    """Raises KeyFaultError when either is no key."""
    return _public(one_pem) == _public(other_pem)


def _public(pem: bytes) -> Ed25519PublicKey:
    try:
        public = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as why:
        raise KeyFaultError("公钥读不出，须为 PEM 格式") from why
    if not isinstance(public, Ed25519PublicKey):
        raise KeyFaultError("公钥不是 Ed25519")
    return public
