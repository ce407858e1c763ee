"""What is done that is not about one alert: hand-overs, promises, rule releases, accounts.

Each kind of such case is a ``Stream``. Its deeds stand in the same hash-chained log as the
happenings of alerts, its cases are folds of its deeds, and every wish of an officer is decided
inside the transaction that writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.domain.alert import Alert
from services.domain.happening import Due, Happening
from services.domain.notice import News, Notice, Occasion
from services.domain.officer import Officer
from services.domain.scope import Scope


class Refused(Exception):  # noqa: N818 a refusal is an answer, not a fault
    """A wish that may not be granted. ``reason_zh`` is ready for the button."""

    def __init__(self, reason_zh: str) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an officer asks for. No ``case_id`` asks for a new case; ``expected_version`` is the
    version on the officer's screen, as in an alert's ``Command``."""

    case_id: str = ""
    expected_version: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of a stream's log. ``fact`` holds results, never settings, so that a rebuild gives
    the same case after the settings have changed."""

    stream: str
    case_id: str
    version: int
    kind: str
    at: datetime
    officer_id: str
    officer_name: str
    role: str
    fact: Any


@dataclass(frozen=True, slots=True)
class Said:
    """A fact to be written. No ``case_id``: of the case the wish is about, or of a new one.
    ``stream`` is that of the wish unless another one is named."""

    fact: Any
    case_id: str = ""
    stream: str = ""


class World(Protocol):
    """What a decision may look at: the store as it is inside the transaction."""

    def case(self, stream: str, case_id: str) -> Any | None: ...

    def cases(self, stream: str, *, open_only: bool = True) -> Sequence[Any]: ...

    def alert(self, alert_id: str) -> Alert | None: ...

    def open_alerts(self) -> Sequence[Alert]: ...

    def topic(self, topic: str) -> Sequence[Any]:
        """The records of a topic as last put; empty when it never was."""
        ...


Decide = Callable[[Any | None, Any, Officer, datetime, World], Sequence[Said]]
Evolve = Callable[[Any | None, Deed], Any]
Expire = Callable[[Any, str, datetime], Sequence[Said]]
SeenBy = Callable[[Scope, Any], Any | None]
Moves = Callable[[Alert, Any, Deed], Happening | None]
Tells = Callable[[Any, Deed], tuple[Occasion, News] | None]


def no_dues(_case: Any) -> Sequence[Due]:
    return ()


def unlimited(_scope: Scope, case: Any) -> Any | None:
    return case


def nothing_expires(_case: Any, _what: str, _at: datetime) -> Sequence[Said]:
    return ()


def moves_nothing(_alert: Alert, _case: Any, _deed: Deed) -> Happening | None:
    return None


def tells_nobody(_case: Any, _deed: Deed) -> tuple[Occasion, News] | None:
    return None


def still_wanted(_case: Any, _notice: Notice) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of case. A case is a frozen dataclass with ``id``, ``version`` and ``is_open``.

    ``decide`` raises Refused, and is where roles are checked. ``due`` names what will come to a case
    by itself; the store calls ``expire`` once for each when its moment has passed.
    ``topic`` shows the open cases and those changed within ``shown_for``; none when empty. ``seen_by``
    gives the case as a scope may see it, None where it may not.

    A case about an alert has ``alert_id``: ``moves`` says what a deed makes happen to that alert, in the
    same transaction. ``tells`` says what of a deed is told outside, ``unwanted`` why no longer, when it is
    to be sent.
    """

    name: str
    prefix: str
    case: type
    facts: tuple[type, ...]
    wishes: tuple[type, ...]
    decide: Decide
    evolve: Evolve
    topic: str = ""
    due: Callable[[Any], Sequence[Due]] = no_dues
    expire: Expire = nothing_expires
    shown_for: timedelta = timedelta(hours=24)
    seen_by: SeenBy = unlimited
    moves: Moves = moves_nothing
    tells: Tells = tells_nobody
    unwanted: Callable[[Any, Notice], str] = still_wanted


def kind_of(fact: type) -> str:
    """The word a fact is logged under: ``ShadowStarted`` → ``shadow_started``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact.__name__).lower()
