"""Where each trip is unloaded: the last depot of a route, and the rooms of all depots together.

A solver gives sequences without their last stop and knows no rooms. Here every route gets its end; an
unloading that finds no room goes to the depot that costs least more; when no depot has room for it, the
requests worth least for their mass are left out until it fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.planning.problem import Problem
from services.planning.schedule import Sailing, Stops, sailing_s, timed

NO_LIMIT = 2**60


def ended(problem: Problem, sailing: Sailing, fleet: Sequence[Stops]) -> tuple[Stops, ...]:
    """The fleet's sequences with their ends, all within the depots' rooms. A route that can no longer be
    sailed in time is shortened from its end."""
    ends = Ends(problem, sailing)
    routes = [ends.closed(i, ends.trimmed(i, stops)) for i, stops in enumerate(fleet)]
    return tuple(ends.within_rooms(routes))


class Ends:
    """The ends and rooms of one problem."""

    def __init__(self, problem: Problem, sailing: Sailing) -> None:
        self.problem, self.sailing = problem, sailing
        self.commodities = range(len(problem.commodities))
        self.rooms = [d.room_kg or (NO_LIMIT,) * len(problem.commodities) for d in problem.depots]
        self.may_end = [
            [d for d, depot in enumerate(problem.depots) if depot.place in boat.ends] for boat in problem.boats
        ]

    def trimmed(self, boat: int, stops: Stops) -> Stops:
        """Without unloadings of nothing and without those at the end."""
        kept, empty = [], not any(self.problem.boats[boat].load_kg)
        for stop in stops:
            if stop >= 0 or not empty:
                kept.append(stop)
                empty = stop < 0
        while kept and kept[-1] < 0:
            kept.pop()
        return tuple(kept)

    def closed(self, boat: int, stops: Stops, *, shorten: bool = True) -> Stops:
        """With the end that costs least and can be reached in time; a route that has none is shortened
        until it has one, or else is empty."""
        while stops:
            found = [full for d in self.may_end[boat] if self.sails(boat, full := (*stops, ~d))]
            if found:
                return min(found, key=lambda full: sailing_s(self.problem, self.sailing, boat, full))
            if not shorten:
                break
            stops = self.trimmed(boat, stops[:-1])
        return ()

    def sails(self, boat: int, stops: Stops) -> bool:
        visits = timed(self.problem, self.sailing, boat, stops)
        return visits is not None and (not visits or visits[-1].leave_s <= self.problem.boats[boat].duty_end_s)

    # -- rooms

    def within_rooms(self, routes: list[Stops]) -> list[Stops]:
        while over := self._over(routes):
            routes = self._moved(routes, *over) or self._lightened(routes, *over)
        return routes

    def landings(self, boat: int, stops: Stops) -> Iterator[tuple[int, tuple[int, ...]]]:
        """For each unloading its position and the mass of each commodity."""
        load = list(self.problem.boats[boat].load_kg)
        for position, stop in enumerate(stops):
            if stop >= 0:
                load = [a + b for a, b in zip(load, self.problem.requests[stop].amounts_kg, strict=True)]
            else:
                yield position, tuple(load)
                load = [0] * len(load)

    def landed(self, routes: Sequence[Stops]) -> list[list[int]]:
        landed = [[0] * len(self.commodities) for _ in self.problem.depots]
        for boat, stops in enumerate(routes):
            for position, load in self.landings(boat, stops):
                for c in self.commodities:
                    landed[~stops[position]][c] += load[c]
        return landed

    def _over(self, routes: Sequence[Stops]) -> tuple[int, int] | None:
        """The depot and commodity most over its room."""
        landed = self.landed(routes)
        most, d, c = max((landed[d][c] - self.rooms[d][c], d, c) for d in range(len(landed)) for c in self.commodities)
        return (d, c) if most > 0 else None

    def _moved(self, routes: list[Stops], d: int, c: int) -> list[Stops] | None:
        """With the unloading at d elsewhere that adds least sailing for the mass it takes away."""
        landed, best = self.landed(routes), None
        for boat, stops in enumerate(routes):
            now = sailing_s(self.problem, self.sailing, boat, stops)
            for position, load in self.landings(boat, stops):
                if stops[position] != ~d or not load[c]:
                    continue
                for other in self._others(boat, position == len(stops) - 1, d, load, landed):
                    changed = (*stops[:position], ~other, *stops[position + 1 :])
                    more = sailing_s(self.problem, self.sailing, boat, changed) - now
                    rank = (more / load[c], boat, position, other)
                    if (best is None or rank < best[0]) and self.sails(boat, changed):
                        best = rank, boat, changed
        if best is None:
            return None
        _, boat, changed = best
        return [*routes[:boat], changed, *routes[boat + 1 :]]

    def _others(self, boat: int, last: bool, d: int, load: tuple[int, ...], landed: list[list[int]]) -> Iterator[int]:
        for other in self.may_end[boat] if last else range(len(self.problem.depots)):
            if other != d and all(landed[other][k] + load[k] <= self.rooms[other][k] for k in self.commodities):
                yield other

    def _lightened(self, routes: list[Stops], d: int, c: int) -> list[Stops]:
        """Without the request that ends in this depot and is worth least for its mass; a boat that brings
        only what it had on board stays where it is."""
        best = None
        for boat, stops in enumerate(routes):
            begin = 0
            for position, load in self.landings(boat, stops):
                trip, begin = stops[begin:position], position + 1
                if stops[position] != ~d or not load[c]:
                    continue
                for stop in trip or (None,):
                    kg = self.problem.requests[stop].amounts_kg[c] if stop is not None else 0
                    rank = (0, self._worth(stop) / kg, stop) if kg and stop is not None else (1, 0.0, boat)
                    if best is None or rank < best[0]:
                        best = rank, boat, stop if kg else None
        assert best is not None, "a depot is over its room by what some route brings"
        _, boat, gone = best
        kept = tuple(s for s in routes[boat] if s != gone) if gone is not None else ()
        return [*routes[:boat], self.closed(boat, self.trimmed(boat, kept)), *routes[boat + 1 :]]

    def _worth(self, stop: int | None) -> int:
        if stop is None:
            return 0
        job = self.problem.requests[stop]
        return job.prize + (NO_LIMIT if job.required or job.pinned_boat else 0)
