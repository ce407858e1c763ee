"""Ways out of the house: what a notice leaves through, and the two ways it can fail."""

from __future__ import annotations

from typing import Protocol

from services.domain.notice import Notice


class NotTaken(Exception):  # noqa: N818 an answer of the receiver, not a fault of ours
    """Not taken this time; to be tried again. ``after_s`` is how long the receiver asks to be left alone."""

    def __init__(self, answer: str, after_s: float = 0.0) -> None:
        super().__init__(answer)
        self.answer = answer
        self.after_s = after_s


class NeverTaken(Exception):  # noqa: N818
    """The receiver will never take this notice."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class Channel(Protocol):
    """One receiver of notices. ``post`` may block for as long as its own time limits; the same notice
    may be posted again under the same id."""

    @property
    def name(self) -> str: ...

    @property
    def most_per_hour(self) -> int:
        """How many it takes in an hour, red ones aside; 0 is no limit."""
        ...

    def post(self, notice: Notice) -> str:
        """What the receiver answered. Raises NotTaken or NeverTaken."""
        ...

    def close(self) -> None: ...
