"""How a source asks a JSON service over HTTP, and how it reads an answer's rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import requests

from services.domain.event import Refused

Row = TypeVar("Row")
Record = TypeVar("Record")
Fetch = Callable[[str], Any]


class RowError(ValueError):
    """A row that cannot be taken. ``reason`` is the code that is counted, the text says it in Chinese."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def asker(url: str, timeout_s: tuple[float, float], cursor_as: str = "") -> Callable[[str], Fetch]:
    """``asker(url, …)("/path")`` is a source's ``fetch``: it GETs the path, with the cursor under the name
    ``cursor_as`` when it has one and the service takes it. Raises what ``requests`` raises."""
    session = requests.Session()
    session.trust_env = False  # a proxy of the seat has no business between us and the district's services

    def ask(path: str) -> Fetch:
        def fetch(cursor: str) -> Any:
            known = {cursor_as: cursor} if cursor_as and cursor else None
            answer = session.get(url + path, params=known, timeout=timeout_s)
            answer.raise_for_status()
            return answer.json()

        return fetch

    return ask


def read_rows(
    source: str, rows: Iterable[Row], read: Callable[[Row], Record]
) -> tuple[tuple[Record, ...], tuple[Refused, ...]]:
    """Each row read; one that comes twice word for word counts once, a bad one becomes a Refused."""
    found: dict[str, Record] = {}
    refused: list[Refused] = []
    for row in rows:
        raw = json.dumps(row, ensure_ascii=False)
        if raw in found:
            continue
        try:
            found[raw] = read(row)
        except RowError as why:
            refused.append(Refused(source, why.reason, str(why), raw.encode()))
        except KeyError as missing:
            refused.append(Refused(source, "missing_field", f"缺少字段 {missing}", raw.encode()))
        except (ValueError, TypeError, AttributeError, OverflowError, OSError) as why:
            refused.append(Refused(source, "bad_value", f"字段值读不懂：{why}", raw.encode()))
    return tuple(found.values()), tuple(refused)
