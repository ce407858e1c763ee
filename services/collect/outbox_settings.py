"""``[outbox]`` of the site file: the channels, and which notices go where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from services.collect.channels import Channel
from services.collect.channels.smtp import SECURITIES, Smtp, SmtpSettings
from services.collect.channels.webhook import SHAPES, Webhook, WebhookSettings
from services.collect.site import SiteError
from services.domain.alert import AlertLevel
from services.domain.notice import Occasion, Route
from services.domain.officer import Role

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
MAILBOX = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
LEVELS = {level.name.lower(): level for level in AlertLevel}

_WEBHOOK = {
    "kind": str,
    "url": str,
    "shape": str,
    "token": str,
    "connect_s": float,
    "read_s": float,
    "most_per_hour": int,
}
_SMTP = {
    "kind": str,
    "host": str,
    "port": int,
    "sender": str,
    "security": str,
    "username": str,
    "password": str,
    "timeout_s": float,
    "most_per_hour": int,
}
_ROUTE = {
    "channel": str,
    "occasions": list,
    "to": list,
    "level": str,
    "role": str,
    "department": str,
    "scene": str,
    "after_s": float,
    "expires_min": float,
}


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    webhooks: tuple[WebhookSettings, ...] = ()
    mails: tuple[SmtpSettings, ...] = ()
    routes: tuple[Route, ...] = ()

    def channels(self) -> tuple[Channel, ...]:
        return (*map(Webhook, self.webhooks), *map(Smtp, self.mails))


def outbox_from(table: Mapping[str, Any]) -> OutboxSettings:
    """Read and check the table. Raises SiteError that names the key and the choices."""
    _only(table, ("channels", "routes"), "outbox")
    webhooks: list[WebhookSettings] = []
    mails: list[SmtpSettings] = []
    for name, settings in _mapping(table.get("channels", {}), "outbox.channels").items():
        where = f"outbox.channels.{name}"
        if not NAME.fullmatch(name):
            raise SiteError(f"site.toml: {where}：渠道名只用小写字母、数字、- 和 _")
        match _mapping(settings, where).get("kind"):
            case "webhook":
                webhooks.append(_webhook(name, settings, where))
            case "smtp":
                mails.append(_smtp(name, settings, where))
            case other:
                raise SiteError(f"site.toml: {where}.kind 不认识 {other!r}，可用：webhook、smtp")
    routes = table.get("routes", [])
    if not isinstance(routes, Sequence) or isinstance(routes, str):
        raise SiteError("site.toml: outbox.routes 须写作 [[outbox.routes]]")
    names = {w.name: False for w in webhooks} | {m.name: True for m in mails}
    read = (_route(part, f"outbox.routes 第 {i} 条", names) for i, part in enumerate(routes, 1))
    return OutboxSettings(tuple(webhooks), tuple(mails), tuple(read))


def _webhook(name: str, table: Mapping[str, Any], where: str) -> WebhookSettings:
    said = _typed(table, _WEBHOOK, where)
    url = said.get("url", "")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SiteError(f"site.toml: {where}.url 须为 http:// 或 https:// 的地址")
    _choice(said.get("shape", "cloudevents"), SHAPES, f"{where}.shape")
    if said.get("token") and parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise SiteError(f"site.toml: {where}.token 只随 https 发送")
    del said["kind"]
    return WebhookSettings(name, **said)


def _smtp(name: str, table: Mapping[str, Any], where: str) -> SmtpSettings:
    said = _typed(table, _SMTP, where)
    for key in ("host", "sender"):
        if not said.get(key):
            raise SiteError(f"site.toml: {where} 缺少 {key}")
    if not MAILBOX.fullmatch(said["sender"]):
        raise SiteError(f"site.toml: {where}.sender 不是邮箱地址")
    _choice(said.get("security", "required"), SECURITIES, f"{where}.security")
    if said.get("username") and said.get("security") == "none":
        raise SiteError(f"site.toml: {where}：未加密，不发送口令；请改 security")
    del said["kind"]
    return SmtpSettings(name, **said)


def _route(part: Any, where: str, channels: Mapping[str, bool]) -> Route:
    said = _typed(_mapping(part, where), _ROUTE, where)
    channel = _choice(said.get("channel", ""), channels, f"{where}.channel")
    to = _texts(said.get("to", ()), f"{where}.to")
    if channels[channel] and not (to and all(MAILBOX.fullmatch(one) for one in to)):
        raise SiteError(f"site.toml: {where}.to 须为邮箱地址")
    return Route(
        channel=channel,
        to=to,
        level=LEVELS[_choice(said.get("level", "blue"), LEVELS, f"{where}.level")],
        role=_choice(said["role"], tuple(Role), f"{where}.role") if said.get("role") else "",
        department=said.get("department", ""),
        scene=said.get("scene", ""),
        after=timedelta(seconds=said.get("after_s", 0.0)),
        expires=timedelta(minutes=said.get("expires_min", 60.0)),
        occasions=tuple(
            Occasion(_choice(name, tuple(Occasion), f"{where}.occasions"))
            for name in _texts(said.get("occasions", Route("").occasions), f"{where}.occasions")
        ),
    )


def _typed(table: Mapping[str, Any], kinds: Mapping[str, type], where: str) -> dict[str, Any]:
    """The table with only known keys of the right sort; a whole number serves where a figure is asked."""
    _only(table, kinds, where)
    said: dict[str, Any] = {}
    for key, value in table.items():
        kind = kinds[key]
        wrong = isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind)
        if wrong:
            raise SiteError(f"site.toml: {where}.{key} 须为{_KIND_WORDS[kind]}")
        if key in _BOUNDS and not _BOUNDS[key][0] <= value <= _BOUNDS[key][1]:
            raise SiteError(f"site.toml: {where}.{key} 须在 {_BOUNDS[key][0]:g} 与 {_BOUNDS[key][1]:g} 之间")
        said[key] = float(value) if kind is float else value
    return said


_BOUNDS: Mapping[str, tuple[float, float]] = {
    "port": (1, 65_535),
    "connect_s": (0.1, 60),
    "read_s": (0.1, 120),
    "timeout_s": (0.1, 120),
    "most_per_hour": (0, 100_000),
    "after_s": (0, 86_400),
    "expires_min": (1, 43_200),
}
_KIND_WORDS: Mapping[type, str] = {str: "文字", float: "数字", int: "整数", list: "一列"}


def _only(table: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: str) -> None:
    for key in table:
        if key not in known:
            raise SiteError(f"site.toml: {where} 不认识的键 {key!r}，可用：{'、'.join(known)}")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SiteError(f"site.toml: {where} 须为一张表")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not all(isinstance(one, str) for one in value):
        raise SiteError(f"site.toml: {where} 须为一列文字")
    return tuple(value)


def _choice(value: Any, choices: Sequence[str] | Mapping[str, Any], where: str) -> str:
    if value not in choices:
        raise SiteError(f"site.toml: {where} 不认识 {value!r}，可用：{'、'.join(choices)}")
    return str(value)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
