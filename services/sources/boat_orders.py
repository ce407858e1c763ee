"""Orders to the bureau's service, which hands them to its vessels: ``POST /orders``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from services.sources.boats import TIMEOUT_S

LONGEST = 200  # characters of a refusal that are shown


class OrdersError(Exception):
    """The bureau did not take them. The message is ready for 数据源."""


class OrdersClient:
    """One bureau over one session. For one thread at a time."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/orders"
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def send(self, orders: Mapping[str, Any]) -> Sequence[str]:
        """What the bureau does not know or cannot do, each in a sentence. The same orders carry the same key.
        Raises OrdersError."""
        body = json.dumps(orders, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        try:
            answer = self._session.post(
                self._url,
                data=body,
                headers={"Content-Type": "application/json;charset=UTF-8", "Idempotency-Key": key_of(body)},
                timeout=TIMEOUT_S,
            )
        except requests.RequestException as why:
            raise OrdersError(_words(why)) from why
        if answer.status_code != 200:
            raise OrdersError(f"渔业局未接受指令（HTTP {answer.status_code}）：{answer.text[:LONGEST]}")
        try:
            return [str(one)[:LONGEST] for one in answer.json()["refused"]]
        except (ValueError, KeyError, TypeError) as why:
            raise OrdersError("渔业局的应答读不懂") from why


def key_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _words(why: requests.RequestException) -> str:
    if isinstance(why, requests.ConnectTimeout):
        return "指令未送达：连接超时"
    if isinstance(why, requests.ReadTimeout):
        return "指令未送达：应答超时"
    return "指令未送达：连接被拒或中断"
