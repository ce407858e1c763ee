"""``[viid_client]`` of the site file: the platform above us, and what we want of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from services.domain.platform import DETAIL_WORDS

WHERE = "viid_client"
_ID = re.compile(r"[0-9]{20}")
_ORGANISATION = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class ViidClientSettings:
    """``url`` and ``receive_addr`` are scheme, host and port. ``library`` is the platform's own id, asked
    of it when left out; ``organisation`` begins every id we give out."""

    url: str
    username: str
    password: str = field(repr=False)
    device_id: str  # ours
    receive_addr: str
    subscribe: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()  # checkpoints; none: the whole library
    library: str = ""
    organisation: str = ""
    title: str = "公安视图库"
    applicant: str = ""
    keepalive_s: float = 50.0
    connect_s: float = 3.0
    read_s: float = 5.0
    subscribe_days: int = 365

    @property
    def address(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]


_TEXTS = (
    *("url", "username", "password", "device_id", "receive_addr"),
    *("library", "organisation", "title", "applicant"),
)
_NEEDED = _TEXTS[:5]
_LISTS = ("subscribe", "resources")
_FIGURES: Mapping[str, tuple[float, float]] = {
    "keepalive_s": (1, 300),
    "connect_s": (0.1, 60),
    "read_s": (0.1, 120),
    "subscribe_days": (1, 3650),
}


def viid_client_from(table: Mapping[str, Any], applicant: str) -> ViidClientSettings | None:
    """None for an empty table: a site without a platform. Raises ValueError in Chinese, naming the key.
    ``applicant`` is who asks, unless the table says."""
    if not table:
        return None
    for key in table:
        if key not in (*_TEXTS, *_LISTS, *_FIGURES):
            raise ValueError(f"不认识的键 {WHERE}.{key}，可用：{'、'.join((*_TEXTS, *_LISTS, *_FIGURES))}")
    for key in _NEEDED:
        if key not in table:
            raise ValueError(f"{WHERE} 缺少 {key}")
    said: dict[str, Any] = {key: _text(table, key) for key in _TEXTS if key in table}
    said |= {key: _texts(table, key) for key in _LISTS if key in table}
    said |= {key: _figure(table, key) for key in _FIGURES if key in table}
    said["url"], said["receive_addr"] = _address(said["url"], "url"), _address(said["receive_addr"], "receive_addr")
    said.setdefault("applicant", applicant)
    said.setdefault("organisation", f"{said['device_id'][:6]}000000")
    return _checked(ViidClientSettings(**said))


def _checked(settings: ViidClientSettings) -> ViidClientSettings:
    ids = {"device_id": settings.device_id, "library": settings.library} | {
        f"resources 第 {place} 项": each for place, each in enumerate(settings.resources, 1)
    }
    for key, value in ids.items():
        if not _ID.fullmatch(value) and not (key == "library" and not value):
            raise ValueError(f"{WHERE}.{key} 须为 20 位数字，不是 {value!r}")
    if not _ORGANISATION.fullmatch(settings.organisation):
        raise ValueError(f"{WHERE}.organisation 须为 12 位数字，不是 {settings.organisation!r}")
    for detail in settings.subscribe:
        if detail not in DETAIL_WORDS:
            choices = "、".join(f"{code} {word}" for code, word in DETAIL_WORDS.items())
            raise ValueError(f"{WHERE}.subscribe 不认识 {detail!r}，可用：{choices}")
    return settings


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{WHERE}.{key} 须为不空的文字")
    return value.strip()


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table[key]
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'{WHERE}.{key} 须为一列文字，例如 ["13", "7"]')
    return tuple(dict.fromkeys(value))


def _figure(table: Mapping[str, Any], key: str) -> float | int:
    value, (least, most) = table[key], _FIGURES[key]
    kinds = int if key == "subscribe_days" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        kind = "整数" if kinds is int else "数"
        raise ValueError(f"{WHERE}.{key} 须为 {least:g} 至 {most:g} 的{kind}，不是 {value!r}")
    return value if key == "subscribe_days" else float(value)


def _address(url: str, key: str) -> str:
    """Scheme, host and port alone: the calls' paths follow from the protocol."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or urlsplit(url).path not in ("", "/") or urlsplit(url).query:
        raise ValueError(f"{WHERE}.{key} 须为 http://主机:端口，不带路径，不是 {url!r}")
    return url.rstrip("/")
