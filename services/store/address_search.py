"""Finding an address, a device or a masked person from an officer's words: at most ``MOST`` lines, by index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, and_, select

from services.domain.address import AddressError, plain, read_address, room_place, unit_number
from services.domain.address_book import AddressHit
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.store.address_reading import Row, place_of, rows_of, visible
from services.store.schema import REGISTERS

MOST = 50
LONGEST = 40  # characters of a question that are looked at
SUBJECTS: Mapping[str, str] = {
    "estate": "estate",
    "building": "building",
    "dwelling": "dwelling",
    "resident": "person",
    "device": "device",
}


def address_search(connection: Connection, words: str, officer: Officer | None = None) -> tuple[AddressHit, ...]:
    """Codes by their beginning, estates by a part of their name, ``城市花园 3 幢 [2 单元 302]`` as spoken,
    and people by the first character of their name, which is all a mask shows."""
    asked = plain(words)[:LONGEST]
    if not asked:
        return ()
    finder = _Finder(connection, officer)
    found = dict.fromkeys(finder.hits(asked))
    return tuple(found)[:MOST]


class _Finder:
    def __init__(self, connection: Connection, officer: Officer | None) -> None:
        self._connection = connection
        self._officer = officer

    def hits(self, asked: str) -> Iterator[AddressHit]:
        if asked.isascii():
            yield from self._by_code(asked.upper())
        yield from self._estates(asked)
        yield from self._spoken(asked)
        if not asked.isascii() and len(asked.rstrip("*")) == 1:
            yield from self._people(asked[0])

    def _by_code(self, code: str) -> Iterator[AddressHit]:
        """The code itself first, then what its beginning names, a range of the key."""
        for kind in SUBJECTS:
            column = REGISTERS[kind].table.c.code
            if len(code) >= 3:
                yield from self._rows(kind, column >= code, column < f"{code}zzzz", limit=10)

    def _estates(self, asked: str) -> Iterator[AddressHit]:
        name = REGISTERS["estate"].table.c.name
        yield from self._rows("estate", name.contains(asked, autoescape=True), limit=10)

    def _spoken(self, asked: str) -> Iterator[AddressHit]:
        try:
            said = read_address(asked)
        except AddressError:
            return
        for building in self._buildings(said.estate, said.building):
            if not said.unit and not said.room:
                yield self._hit("building", building)
                continue
            homes = REGISTERS["dwelling"].table.c
            where = [homes.building == building["code"]]
            if said.room:
                try:
                    floor, at = room_place(said.room)
                except AddressError:
                    return
                where += [homes.floor == floor, homes.at == at - 1]
            rows = self._raw("dwelling", *where, limit=MOST if said.room else 1000)
            for row in rows:
                if not said.unit or unit_number(row["unit"]) == said.unit:
                    yield self._hit("dwelling", row)

    def _buildings(self, estate: str, number: str) -> Iterable[Row]:
        names = {number, *(f"{number}{gap}{word}" for word in ("幢", "栋", "座", "号楼") for gap in ("", " "))}
        buildings, estates = REGISTERS["building"].table.c, REGISTERS["estate"].table.c
        where = [buildings.name.in_(names)]
        if estate:
            codes = select(estates.code).where(estates.name.contains(estate, autoescape=True))
            where.append(buildings.estate.in_(codes))
        return self._raw("building", *where, limit=10)

    def _people(self, first: str) -> Iterator[AddressHit]:
        people = REGISTERS["resident"].table.c
        yield from self._rows("resident", people.name_mask == mask_name(first), limit=MOST)

    # -- rows into lines -------------------------------------------------------------------------

    def _raw(self, kind: str, *where: ColumnElement[bool], limit: int) -> list[Row]:
        known = and_(REGISTERS[kind].table.c.valid, visible(self._officer, kind))
        return list(rows_of(self._connection, kind, known, *where, limit=limit))

    def _rows(self, kind: str, *where: ColumnElement[bool], limit: int) -> Iterator[AddressHit]:
        for row in self._raw(kind, *where, limit=limit):
            yield self._hit(kind, row)

    def _hit(self, kind: str, row: Row) -> AddressHit:
        here = place_of(self._connection, {**row, "building": row["code"]} if kind == "building" else row)
        if kind == "resident":
            return AddressHit("person", row["code"], f"{row['name_mask']}", here.text)
        if kind == "estate":
            return AddressHit("estate", row["code"], row["name"], row["code"])
        if kind == "device":
            return AddressHit("device", row["code"], row["title"] or row["kind"], here.text)
        return AddressHit(SUBJECTS[kind], row["code"], here.text, row["code"])
