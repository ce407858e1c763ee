"""Which known plates a plate may have been: offered to a person with how they differ, never put in its place."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice, product

from services.domain.plate import PROVINCES, UNREAD

SERIALS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
LASTS = "挂学警试超领使港澳"
MOST_UNREAD = 2  # with more it may be anybody
# Characters cameras take for one another: all of a group look alike.
_LETTERS = ("0ODQ", "1ILT7", "8B3", "2Z7", "5S", "6G", "CG", "UV", "4A", "EF", "MNWH", "KXY", "PRF")
_ALIKE = (*_LETTERS, "浙沪渝湘", "苏赣", "川津")


def _look_alikes() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _ALIKE:
        for letter in group:
            others = found.get(letter, "") + group.replace(letter, "")
            found[letter] = "".join(dict.fromkeys(others))
    return found


LOOK_ALIKES = _look_alikes()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known plate, and the places where it is not what was read: (place, read, known). A ``read`` of
    ``-`` was not read at all; any other is one of those cameras take for another."""

    plate: str
    differs: tuple[tuple[int, str, str], ...]

    @property
    def words(self) -> str:
        """For the officer: 第 5 位未读，或为 T."""
        said = [
            f"第 {place + 1} 位" + (f"未读，或为 {known}" if read == UNREAD else f" {read} 或为 {known}")
            for place, read, known in self.differs
        ]
        return "；".join(said)


def candidates(plate: str, known: Container[str], most: int = 12) -> tuple[Candidate, ...]:
    """Those of ``known`` that a normalised plate may have been: with its one or two unread characters
    filled in, or, read whole, with one character that looks like another. The plate itself is none.

    A set of a hundred thousand plates is asked some thirty times for each unread character, never gone through.
    """
    return tuple(islice((each for each in readings(plate) if each.plate in known), most))


def readings(plate: str) -> Iterator[Candidate]:
    """Everything the plate may have been."""
    unread = [place for place, letter in enumerate(plate) if letter == UNREAD]
    if len(unread) > MOST_UNREAD:
        return
    places = [(place,) for place in range(len(plate))] if not unread else [tuple(unread)]
    for changed in places:
        for letters in product(*(_instead(plate, place) for place in changed)):
            spelled = list(plate)
            for place, letter in zip(changed, letters, strict=True):
                spelled[place] = letter
            differs = tuple((place, plate[place], letter) for place, letter in zip(changed, letters, strict=True))
            yield Candidate("".join(spelled), differs)


def _instead(plate: str, place: int) -> str:
    """What may stand at this place: anything a plate has there, or what looks like what was read."""
    if plate[place] != UNREAD:
        return LOOK_ALIKES.get(plate[place], "")
    if place == 0:
        return PROVINCES
    return SERIALS + LASTS if place == len(plate) - 1 else SERIALS
