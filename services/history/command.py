"""What ``main.py backtest`` does: one rule with one setting over a span, or everything that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from services.collect.released import id_of, texts
from services.collect.rule_files import areas_of, read_text, texts_of
from services.domain.rule_file import RuleError
from services.domain.rule_text import LEVEL_WORDS, NoSuchNumber, with_number
from services.domain.timebase import starting
from services.history.backtest import SPAN, backtest
from services.history.version import read_version
from services.history.worker import Worker
from services.store import codec
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"


def tell(
    store: Store,
    rule: str,
    *,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
    settings: Sequence[str] = (),
    scan: str = "",
    folder: Path | None = None,
    cache: Path | None = None,
) -> Mapping[str, Any]:
    """The back-test of a rule's id or file, as plain JSON. ``settings`` are ``path=value``; against the version
    that is active. Raises RuleError, CannotBackTestError and StoreError."""
    areas = areas_of(RULES, folder)
    base = _running(store, rule, folder)
    text = read_text(Path(rule)) if Path(rule).suffix == ".toml" else base
    for setting in settings:
        text = _set(text, setting)
    until = until or now
    file = f"{id_of(text) or rule}.toml"
    test = backtest(
        read_version(text, file, areas),
        store,
        since or until - SPAN,
        until,
        now=now,
        against=read_version(base, file, areas),
        cache=cache,
        scans=scan,
    )
    return msgspec.json.decode(codec.encode(test))


def work_off(store: Store, now: datetime, folder: Path | None = None, cache: Path | None = None) -> int:
    """Everything officers asked for. How many steps were noted."""
    return Worker(store, starting(now).now, cache, areas_of(RULES, folder)).work_off()


def _running(store: Store, rule: str, folder: Path | None) -> str:
    """The text of the rule as it runs now. For a file of a new rule, the file itself."""
    running = {id_of(text): text for text in texts(store).over(texts_of(RULES, folder)).values()}
    path = Path(rule)
    wanted = id_of(read_text(path)) if path.suffix == ".toml" else rule
    if wanted in running:
        return running[wanted]
    if path.suffix == ".toml":
        return read_text(path)
    raise RuleError(f"没有规则 {rule!r}，可用：{'、'.join(sorted(running))}")


def _set(text: str, setting: str) -> str:
    path, _, value = setting.partition("=")
    try:
        return with_number(text, path.strip(), value if value in LEVEL_WORDS else float(value))
    except (NoSuchNumber, ValueError) as why:
        said = str(why) if isinstance(why, NoSuchNumber) else f"{value!r} 不是数"
        raise RuleError(f"--set {setting}：{said}") from why
