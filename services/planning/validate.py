"""What makes a problem unfit to plan, in words the control room understands: nothing is mended silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from services.planning.problem import LARGEST, Amounts, Boat, Depot, Job, Problem, Window


class ProblemError(ValueError):
    """A problem that cannot be planned; the message has every reason."""


def validated(problem: Problem) -> Problem:
    """The same problem. Raises ProblemError."""
    if found := refusals(problem):
        raise ProblemError("；".join(found))
    return problem


def refusals(problem: Problem) -> tuple[str, ...]:
    """Every reason against it, empty when it is fit."""
    shape = tuple(_of_matrix(problem))
    if shape:
        return shape
    return (
        *_of_names(problem),
        *(text for depot in problem.depots for text in _of_depot(problem, depot)),
        *(text for boat in problem.boats for text in _of_boat(problem, boat)),
        *(text for job in problem.requests for text in _of_job(problem, job)),
    )


def _of_matrix(problem: Problem) -> Iterator[str]:
    metres = problem.places_m
    if metres.ndim != 2 or metres.shape[0] != metres.shape[1] or not metres.size:
        yield f"距离矩阵不是方阵：{'×'.join(map(str, metres.shape))}"
    elif not np.issubdtype(metres.dtype, np.integer):
        yield f"距离矩阵不是整数(米):{metres.dtype}"
    elif int(metres.min()) < 0:
        yield f"距离矩阵有负数：{int(metres.min())} 米"
    elif int(metres.max()) > LARGEST:
        yield f"距离矩阵有过大的数：{int(metres.max())} 米，上限 {LARGEST} 米"
    elif metres.diagonal().any():
        yield "距离矩阵的对角线不为零"


def _of_names(problem: Problem) -> Iterator[str]:
    if not problem.depots:
        yield "没有云仓"
    for word, names in (
        ("货类", problem.commodities),
        ("船", [b.id for b in problem.boats]),
        ("云仓", [d.id for d in problem.depots]),
        ("申请", [j.id for j in problem.requests]),
    ):
        for name in _repeated(names):
            yield f"{word}编号重复：{name}"


def _of_depot(problem: Problem, depot: Depot) -> Iterator[str]:
    who = f"云仓 {depot.id}"
    yield from _of_place(problem, who, depot.place)
    yield from _of_windows(who, depot.windows)
    if depot.room_kg is not None:
        yield from _of_amounts(problem, f"{who} 的余量", depot.room_kg)
    if not 0 <= depot.unload_s <= LARGEST:
        yield f"{who} 的卸货时间不对：{depot.unload_s} 秒"


def _of_boat(problem: Problem, boat: Boat) -> Iterator[str]:
    who = f"船 {boat.id}"
    yield from _of_place(problem, who, boat.start)
    yield from _of_amounts(problem, f"{who} 的载量", boat.capacity_kg)
    yield from _of_amounts(problem, f"{who} 的在船量", boat.load_kg)
    if any(on > most for on, most in zip(boat.load_kg, boat.capacity_kg, strict=False)):
        yield f"{who} 的在船量超过载量"
    if not 0.1 <= boat.speed_kn <= 10_000:
        yield f"{who} 的航速不对：{boat.speed_kn} 节"
    if not 0 <= boat.free_s <= LARGEST or not 0 <= boat.duty_end_s <= LARGEST:
        yield f"{who} 的班次不对：{boat.free_s}-{boat.duty_end_s} 秒"
    places = {d.place for d in problem.depots}
    if not boat.ends or any(end not in places for end in boat.ends):
        yield f"{who} 的收船点不是云仓：{boat.ends}"
    if boat.max_trips < 1:
        yield f"{who} 的最多卸货次数不对：{boat.max_trips}"
    if not 0 <= boat.fixed_cost <= LARGEST or not 0 <= boat.cost_per_s <= 1000:
        yield f"{who} 的费用不对：{boat.fixed_cost}，{boat.cost_per_s}"


def _of_job(problem: Problem, job: Job) -> Iterator[str]:
    who = f"申请 {job.id}"
    yield from _of_place(problem, who, job.place)
    yield from _of_amounts(problem, f"{who} 的量", job.amounts_kg)
    yield from _of_windows(who, job.windows)
    if not 0 <= job.service_s <= LARGEST:
        yield f"{who} 的作业时间不对：{job.service_s} 秒"
    if not 0 <= job.prize <= LARGEST:
        yield f"{who} 的权重不对：{job.prize}"
    known = {boat.id for boat in problem.boats}
    for name in sorted({*(job.boats or ()), *((job.pinned_boat,) if job.pinned_boat else ())} - known):
        yield f"{who} 指定的船不在船队：{name}"


def _of_place(problem: Problem, who: str, place: int) -> Iterator[str]:
    if not 0 <= place < len(problem.places_m):
        yield f"{who} 的位置不在距离矩阵中：{place}"


def _of_amounts(problem: Problem, what: str, amounts: Amounts) -> Iterator[str]:
    if len(amounts) != len(problem.commodities):
        yield f"{what}应有 {len(problem.commodities)} 类，实有 {len(amounts)} 类"
    elif any(not 0 <= kg <= LARGEST for kg in amounts):
        yield f"{what}不对：{amounts} 千克"


def _of_windows(who: str, windows: Sequence[Window]) -> Iterator[str]:
    for begin, end in windows:
        if not 0 <= begin <= end <= LARGEST:
            yield f"{who} 的时间窗不对：{begin}-{end} 秒"
    if any(later[0] <= sooner[1] for sooner, later in pairwise(windows)):
        yield f"{who} 的时间窗重叠或未按先后排列"


def _repeated(names: Iterable[object]) -> list[object]:
    return [name for name, count in Counter(names).items() if count > 1]
