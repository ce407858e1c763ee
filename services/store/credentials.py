"""Passwords as the store keeps them: Argon2id, never in the log, and how often they were wrong."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, select

from services.domain.login import Credential
from services.domain.password import LoginRules
from services.store import codec, rows
from services.store.schema import credential as credential_table


@cache
def hasher(rules: LoginRules) -> PasswordHasher:
    return PasswordHasher(
        time_cost=rules.argon2_time, memory_cost=rules.argon2_memory_kib, parallelism=rules.argon2_lanes
    )


@cache
def nobodys(rules: LoginRules) -> str:
    """What the password of a name without an account is compared with, so that it takes as long."""
    return hasher(rules).hash(secrets.token_urlsafe())


def verifies(hash_: str, password: str, rules: LoginRules) -> bool:
    try:
        return hasher(rules).verify(hash_, password)
    except (Argon2Error, InvalidHashError):
        return False


def reused(known: Credential, password: str, rules: LoginRules) -> str:
    used = [known.hash, *known.earlier][: rules.not_again] if known.hash else []
    if any(verifies(hash_, password, rules) for hash_ in used):
        return f"不得与最近 {rules.not_again} 次用过的口令相同"
    return ""


def read(connection: Connection, account_id: str, at: datetime) -> Credential:
    row = connection.execute(select(credential_table).where(credential_table.c.account_id == account_id)).first()
    if row is None:
        return Credential(account_id, at)
    return Credential(
        row.account_id,
        row.changed_at,
        row.hash,
        codec.decode(tuple[str, ...], row.earlier),
        row.must_change,
        row.failed,
        row.locked_until,
        row.last_login_at,
        row.last_login_from,
    )


def keep(connection: Connection, credential: Credential) -> None:
    written = {name: getattr(credential, name) for name in Credential.__slots__}
    rows.upsert(connection, credential_table, [written | {"earlier": codec.encode(credential.earlier)}])
