"""A wish that counts only from the officer in person: a signature asks for the password again."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.domain.deed import Wish

PASSWORD_NEEDED = "请输入本人口令"


@dataclass(frozen=True, slots=True)
class Proof:
    """Asked by a pane. Without a password it is answered ``PASSWORD_NEEDED`` where the desk has a log-in."""

    wish: Wish
    password: str = field(default="", repr=False)
