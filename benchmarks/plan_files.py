"""Instances of the literature as problems of ours: Solomon, Gehring–Homberger, CVRPLIB (X) and HVRP files.

A boat of 1 m/s makes a unit of distance a second of sailing. Distances keep the convention of their set:
``exact`` doubles × 1000, ``dimacs`` × 10 truncated (as the optima of Solomon's set are published), ``round``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import vrplib

from services.planning.problem import METRES_PER_NM, Boat, Depot, Job, Problem
from services.planning.validate import ProblemError, validated

METRE_A_SECOND_KN = 3600 / METRES_PER_NM
CONVENTIONS: Mapping[str, tuple[int, Callable[[np.ndarray], np.ndarray]]] = {
    "exact": (1000, np.rint),
    "dimacs": (10, np.floor),
    "round": (1, lambda values: np.floor(values + 0.5)),
}
# Optima (dimacs) and best known by distance alone (exact) of the instances people try first.
BEST_KNOWN: Mapping[tuple[str, str], float] = {
    ("C203", "dimacs"): 588.7,
    ("R104", "dimacs"): 971.5,
    ("RC104", "dimacs"): 1132.3,
    ("C203", "exact"): 591.17,
    ("R104", "exact"): 976.61,
    ("RC104", "exact"): 1135.48,
}
SECTIONS = {"capacity", "vehicles_fixed_cost", "vehicles_unit_distance_cost"}
NOT_OURS = {
    "backhaul": "回程货",
    "linehaul": "去程货",
    "pickup_and_delivery": "取送货",
    "release_time": "放行时刻",
    "mutually_exclusive_group": "互斥组",
    "vehicles_max_distance": "最大航程",
    "vehicles_reload_depot": "中途装卸点",
    "vehicles_allowed_clients": "可服务客户",
}


class BadFileError(ValueError):
    """A file that is no instance, or one of a kind we do not plan; the message says which line or key."""


@dataclass(frozen=True, slots=True)
class Instance:
    """``problem`` in scaled whole numbers: its cost / ``scale`` is the cost of the set."""

    name: str
    problem: Problem
    scale: int
    convention: str
    best: float | None


def read(path: Path, convention: str | None = None, best: float | None = None) -> Instance:
    """Raises BadFileError."""
    try:
        text = path.read_text(encoding="utf-8", errors="strict")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"读不了 {path}：{error}") from error
    if not text.strip():
        raise BadFileError(f"{path} 是空文件")
    solomon = ":" not in text.partition("\n")[0] and "VEHICLE" in text
    data = _solomon(path, text) if solomon else _vrplib(path)
    default = "exact" if "time_window" in data else "round"
    used = convention or default
    scale, rounded = CONVENTIONS[used]
    name = str(data.get("name", path.stem)).strip() or path.stem
    problem = _problem(path, data, scale, rounded)
    known = best if best is not None else _solution_cost(path) or BEST_KNOWN.get((name, used))
    return Instance(name, problem, scale, used, known)


def _solomon(path: Path, text: str) -> dict[str, Any]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    at = {words[0]: number for number, words in enumerate(lines) if words}
    if "VEHICLE" not in at or "CUSTOMER" not in at or len(lines) < at["CUSTOMER"] + 3:
        raise BadFileError(f"{path} 不是 Solomon 格式：缺 VEHICLE 或 CUSTOMER 段")
    vehicles = _numbers(path, lines[at["VEHICLE"] + 2], 2, "VEHICLE 段")
    rows = np.array([_numbers(path, words, 7, f"客户 {words[0]}") for words in lines[at["CUSTOMER"] + 2 :]], float)
    if rows[:, 0].tolist() != list(range(len(rows))):
        raise BadFileError(f"{path} 的客户编号应从 0 起连续")
    return {
        "name": lines[0][0],
        "vehicles": int(vehicles[0]),
        "capacity": vehicles[1],
        "node_coord": rows[:, 1:3],
        "demand": rows[:, 3],
        "time_window": rows[:, 4:6],
        "service_time": rows[:, 6],
        "edge_weight": np.hypot(*(rows[:, 1:3].T[:, :, None] - rows[:, 1:3].T[:, None, :])),
    }


def _numbers(path: Path, words: Sequence[str], count: int, where: str) -> list[float]:
    try:
        found = [float(word) for word in words]
    except ValueError as error:
        raise BadFileError(f"{path} 的 {where} 有不是数的字：{error}") from error
    if not np.isfinite(found).all():
        raise BadFileError(f"{path} 的 {where} 有无穷大或不是数的字")
    if len(found) != count:
        raise BadFileError(f"{path} 的 {where} 应有 {count} 个数，实有 {len(found)} 个")
    return found


def _floats(path: Path, data: Mapping[str, Any], key: str, fallback: object = None) -> np.ndarray:
    """The numbers under a key; ``fallback`` where it is not in the file."""
    if key not in data:
        return np.asarray(fallback, float)
    try:
        found = np.asarray(data[key], float)
    except (ValueError, TypeError) as error:
        raise BadFileError(f"{path} 的 {key.upper()} 不是整齐的数：{error}") from error
    if not np.isfinite(found).all():
        raise BadFileError(f"{path} 的 {key.upper()} 有无穷大")
    return found


def _vrplib(path: Path) -> dict[str, Any]:
    try:
        data = vrplib.read_instance(path)
    except Exception as error:
        raise BadFileError(f"{path} 不是 VRPLIB 格式：{error}") from error
    for key, word in NOT_OURS.items():
        if key in data:
            raise BadFileError(f"{path} 含 {key.upper()}（{word}），本基准不读")
    for key in ("dimension", "demand", "edge_weight"):
        if key not in data:
            raise BadFileError(f"{path} 缺 {key.upper()}")
    if np.asarray(data["edge_weight"]).shape != (data["dimension"],) * 2:
        raise BadFileError(
            f"{path} 的 DIMENSION 是 {data['dimension']}，距离却是 {np.asarray(data['edge_weight']).shape}"
        )
    return data


def _problem(path: Path, data: dict[str, Any], scale: int, rounded: Callable[[np.ndarray], np.ndarray]) -> Problem:
    weights = _floats(path, data, "edge_weight")
    size = len(weights)
    demand = _floats(path, data, "demand")
    if demand.shape != (size,) or (demand < 0).any() or demand[0] != 0 or (demand != np.rint(demand)).any():
        raise BadFileError(f"{path} 的 DEMAND 应为每处一个不小于 0 的整数，站点为 0")
    depots = np.atleast_1d(data.get("depot", np.array([0])))
    if depots.tolist() != [0]:
        raise BadFileError(f"{path} 的站点应只有一个，且编号最小：{(depots + 1).tolist()}")
    windows = _floats(path, data, "time_window", np.tile([0.0, np.inf], (size, 1)))
    service = _floats(path, data, "service_time", 0.0)
    if windows.shape != (size, 2) or service.shape not in ((), (size,)):
        raise BadFileError(f"{path} 的时间窗或作业时间应每处一行")
    service = np.broadcast_to(service, size).copy()
    service[0] = 0.0
    if "vehicles_max_duration" in data:
        raise BadFileError(f"{path} 含 VEHICLES_MAX_DURATION，本基准不读")
    end = int(windows[0, 1] * scale) if np.isfinite(windows[0, 1]) else 90_000_000
    jobs = tuple(
        Job(
            f"{c}",
            c,
            (int(demand[c]),),
            ((int(windows[c, 0] * scale), int(windows[c, 1] * scale)),) if np.isfinite(windows[c, 1]) else (),
            int(service[c] * scale),
            required=True,
        )
        for c in range(1, size)
    )
    fleet = _fleet(path, data, int(demand.sum()), end, size - 1)
    problem = Problem(rounded(weights * scale).astype(np.int64), fleet, (Depot("0", 0),), jobs, ("货",))
    try:
        return validated(problem)
    except ProblemError as error:
        raise BadFileError(f"{path}：{error}") from error


def _fleet(path: Path, data: dict[str, Any], demand: int, end: int, clients: int) -> tuple[Boat, ...]:
    if "capacity" not in data:
        raise BadFileError(f"{path} 缺 CAPACITY")
    capacity = np.atleast_1d(_floats(path, data, "capacity"))
    if (capacity <= 0).any():
        raise BadFileError(f"{path} 的 CAPACITY 应大于 0")
    count = int(np.atleast_1d(_floats(path, data, "vehicles", len(capacity)))[0])
    if not 1 <= count <= 10 * (clients + 1):
        raise BadFileError(f"{path} 的 VEHICLES 不对：{count}")
    if capacity.size == 1 and "vehicles" not in data:  # a fleet without limit
        count = min(clients, ceil(1.3 * demand / capacity[0]) + 5)
    every = {key: np.atleast_1d(_floats(path, data, key, fallback)) for key, fallback in _EACH}
    for key, values in (("capacity", capacity), *every.items()):
        if values.size not in (1, count):
            raise BadFileError(f"{path} 的 {key.upper()} 应有 {count} 个数，实有 {values.size} 个")
    costs = [np.broadcast_to(values, count) for values in (capacity, *every.values())]
    return tuple(
        Boat(
            f"{i}", METRE_A_SECOND_KN, (int(q),), (0,), 0, 0, end, (0,), 1, fixed_cost=int(fixed), cost_per_s=int(unit)
        )
        for i, (q, fixed, unit) in enumerate(zip(*costs, strict=True))
    )


_EACH = (("vehicles_fixed_cost", 0), ("vehicles_unit_distance_cost", 1))


def _solution_cost(path: Path) -> float | None:
    beside = path.with_suffix(".sol")
    if not beside.is_file():
        return None
    for line in beside.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.replace(":", " ").split()
        if len(words) == 2 and words[0].lower() == "cost":
            return float(words[1])
    return None
