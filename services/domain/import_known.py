"""The addresses an import may refer to: those of the store, and those it has brought itself by then."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.domain.address import building_number, plain


@dataclass(slots=True)
class Known:
    """Grown row by row. A code is a community's for ever: ``elsewhere`` says which ones are not ours."""

    estates: set[str] = field(default_factory=set)
    estate_names: dict[str, str] = field(default_factory=dict)  # plain name → code
    buildings: dict[str, str] = field(default_factory=dict)  # code → estate
    building_numbers: dict[tuple[str, str], str] = field(default_factory=dict)  # (estate, 3) → code
    units: set[str] = field(default_factory=set)
    dwellings: dict[str, tuple[str, str]] = field(default_factory=dict)  # code → (building, unit)
    identities: dict[str, str] = field(default_factory=dict)  # pseudonym → person's code

    def add_estate(self, code: str, name: str) -> None:
        self.estates.add(code)
        self.estate_names[plain(name)] = code

    def add_building(self, code: str, estate: str, name: str) -> None:
        self.buildings[code] = estate
        if number := building_number(name):
            self.building_numbers[estate, number] = code

    def estate_of(self, said: str) -> str:
        """By code or by name; empty for one nobody knows."""
        return said if said in self.estates else self.estate_names.get(plain(said), "")

    def building_of(self, estate: str, said: str) -> str:
        """By code, or by its number within an estate."""
        return said if said in self.buildings else self.building_numbers.get((estate, building_number(said)), "")
