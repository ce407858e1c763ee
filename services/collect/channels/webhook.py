"""Notices over HTTP, to whoever takes CloudEvents or the webhook of Alertmanager."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from services.collect.channels import NeverTaken, NotTaken
from services.collect.channels.shapes import alertmanager, cloud_event
from services.domain.notice import Notice

SHAPES: Mapping[str, tuple[str, Callable[[Notice], Mapping[str, Any]]]] = {
    "cloudevents": ("application/cloudevents+json; charset=utf-8", cloud_event),
    "alertmanager": ("application/json; charset=utf-8", alertmanager),
}

NEVER = frozenset({400, 410, 413, 415, 422})  # said of the body: sending it again would not help
LONGEST_REST_S = 3600.0  # a receiver may not silence us for longer


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where to post. The two limits are of connecting and of each wait for the answer."""

    name: str
    url: str
    shape: str = "cloudevents"
    token: str = field(default="", repr=False)
    connect_s: float = 3.0
    read_s: float = 10.0
    most_per_hour: int = 0


class Webhook:
    """POSTs one notice at a time. Follows no redirect, uses no proxy and no login of the machine."""

    def __init__(self, settings: WebhookSettings) -> None:
        self.name = settings.name
        self.most_per_hour = settings.most_per_hour
        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = False

    def post(self, notice: Notice) -> str:
        kind, shape = SHAPES[self._settings.shape]
        headers = {"Content-Type": kind, "Idempotency-Key": notice.id, "User-Agent": "district-console"}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        try:
            with self._session.post(
                self._settings.url,
                data=json.dumps(shape(notice), ensure_ascii=False).encode(),
                headers=headers,
                timeout=(self._settings.connect_s, self._settings.read_s),
                allow_redirects=False,
                stream=True,  # the body of the answer is not ours to read
            ) as answer:
                return _judged(answer)
        except requests.RequestException as why:
            raise NotTaken(_in_chinese(why)) from why

    def close(self) -> None:
        self._session.close()


def _judged(answer: requests.Response) -> str:
    said = f"HTTP {answer.status_code} {answer.reason or ''}".strip()[:80]
    if 200 <= answer.status_code < 300:
        return said
    if answer.status_code in NEVER:
        raise NeverTaken(said)
    if 300 <= answer.status_code < 400:
        raise NotTaken(f"{said}：不跟随转向")
    raise NotTaken(said, _rest_s(answer.headers.get("Retry-After", "")))


def _rest_s(asked: str) -> float:
    return min(float(asked), LONGEST_REST_S) if asked.isascii() and asked.isdigit() else 0.0


def _in_chinese(why: requests.RequestException) -> str:
    """No address in it: a receiver's may hold a key."""
    if isinstance(why, requests.ConnectTimeout):
        return "连接超时"
    if isinstance(why, requests.Timeout):
        return "等待回执超时"
    if isinstance(why, requests.exceptions.SSLError):
        return "证书校验失败"
    if isinstance(why, requests.ConnectionError):
        return "连不上接收方"
    return f"发送失败：{type(why).__name__}"
