"""The page a person reads first: one HTML file that needs nothing else and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import msgspec
from sqlalchemy import Row

from services.domain.alert import Alert, Stance
from services.domain.evidence import About
from services.domain.happening import Happening
from services.domain.levels import LEVEL_WORDS
from services.domain.log_line import SYSTEM, LogLine, line_of, line_of_deed
from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.passage import Passage
from services.domain.plate import spelled
from services.domain.timebase import local
from services.store import codec, deeds
from services.store.evidence import CaseFile
from services.store.ledger import ALERTS

_STYLE = """body{font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC",sans-serif;
max-width:52em;margin:2em auto;color:#111}h1{font-size:22px}
h2{font-size:16px;border-bottom:1px solid #999;margin-top:1.6em}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:3px 8px;text-align:left;
vertical-align:top}th{font-weight:500;white-space:nowrap}.k{width:9em;color:#555}img{max-width:24em;display:block}
code{font-size:12px;word-break:break-all}.demo{border:1px solid #111;padding:2px 8px}"""


def page(file: CaseFile, about: About, pictures: Mapping[str, str]) -> bytes:
    """``pictures``: the names in the package by their digest."""
    alert = file.alert
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="zh-CN"><head><meta charset="utf-8"><title>证据包 {escape(alert.id)}</title>',
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>证据包　{escape(alert.title)}</h1>",
        *(['<p><span class="demo">演示数据</span></p>'] if about.demo else []),
        *_table("案件", _facts(alert, about)),
        *_table("规则与读数", _rule(alert)),
        *_evidence(alert),
        *_passages(file.passages, pictures),
        *_timeline(file.rows, shown=about.names_shown),
        *_about(file.cases, about),
        "</body></html>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _table(title: str, facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"<h2>{title}</h2><table>"
    yield from (f'<tr><th class="k">{escape(k)}</th><td>{escape(v)}</td></tr>' for k, v in facts if v)
    yield "</table>"


def _facts(alert: Alert, about: About) -> Sequence[tuple[str, str]]:
    return (
        ("编号", f"{alert.id}　移送 {about.transfer_id}"),
        ("接收", about.receiver),
        ("出具", about.centre),
        ("级别", LEVEL_WORDS[alert.level]),
        ("对象", alert.subject),
        ("地点", alert.place),
        ("发生", f"{local(alert.occurred_at):%Y-%m-%d %H:%M:%S}"),
        ("承办", "、".join((alert.department, *alert.support))),
        ("截至", f"{about.made_as_of}，总日志第 {about.log_seq} 条"),
    )


def _rule(alert: Alert) -> Sequence[tuple[str, str]]:
    rule = (f"{alert.rule_id} 第 {alert.rule_version} 版", alert.rule_text)
    return (rule, *((one.label, f"{one.value}（限值 {one.limit}）") for one in alert.parameters))


def _evidence(alert: Alert) -> Iterator[str]:
    signs = {Stance.FOR: "＋", Stance.AGAINST: "－", Stance.UNKNOWN: "？"}
    yield "<h2>依据与存疑</h2><table>"
    for line in (*alert.evidence, *alert.counters):
        yield f"<tr><th>{signs[line.stance]}</th><td>{escape(line.text)}</td><td>{escape(line.value)}</td></tr>"
    yield "</table>"


def _passages(passages: Sequence[Passage], pictures: Mapping[str, str]) -> Iterator[str]:
    yield f"<h2>过车记录　{len(passages)} 条（只取规则所据）</h2>"
    for one in passages:
        where = f"{one.checkpoint_name or one.checkpoint_id} {one.direction}".strip()
        plate = f"{spelled(one.plate_no)} {one.plate_colour}".strip()
        told = (f"{local(one.passed_at):%Y-%m-%d %H:%M:%S}", where, plate, _readings(one))
        yield f"<p>{escape('　'.join(part for part in told if part))}</p>"
        if one.image in pictures:
            yield f'<img src="{pictures[one.image]}" alt="抓拍 {escape(one.passage_id)}">'


def _readings(one: Passage) -> str:
    known = (
        ("不透光度", one.opacity_pct, " %"),
        ("林格曼", one.ringelmann, " 级"),
        ("NO", one.no_ppm, " ×10⁻⁶"),
        ("总质量", one.total_mass_t, " t"),
        ("速度", one.speed_kmh, " km/h"),
        ("号牌置信度", one.confidence, ""),
    )
    return "，".join(f"{name} {value:g}{unit}" for name, value, unit in known if value is not None)


def _timeline(rows: Sequence[Row[Any]], *, shown: bool) -> Iterator[str]:
    yield f"<h2>办理经过　{len(rows)} 条</h2><table>"
    for row in rows:
        line, who = _line(row), _who(row, shown=shown)
        moment = f"{local(row.at):%m-%d %H:%M:%S}"
        yield (
            f"<tr><td>{moment}</td><td>{escape(line.what)}</td><td>{escape(line.text)}</td><td>{escape(who)}</td><td>{escape(row.case_id)}</td>"
            f"<td>第 {row.seq} 条<br><code>{escape(row.hash[:24])}…</code></td></tr>"
        )
    yield "</table>"


def _line(row: Row[Any]) -> LogLine:
    if row.stream == ALERTS:
        return line_of(codec.decode(Happening, row.body), row.seq)
    return line_of_deed(deeds.deed_of(row), row.seq)


def _who(row: Row[Any], *, shown: bool) -> str:
    said = msgspec.json.decode(row.body)
    if said.get("role") == Role.ENGINE.value:
        return SYSTEM
    name = str(said.get("officer_name", ""))
    return name if shown else mask_name(name)


def _about(cases: Sequence[Any], about: About) -> Iterator[str]:
    lacking = "".join(f"<li>{escape(line)}</li>" for line in about.lacking)
    names = "列明" if about.names_shown else "隐名"
    yield "<h2>关于本包</h2><ul>"
    yield f"<li>相关事项 {len(cases)} 件，见 cases.json；经办人{names}</li>{lacking}"
    yield "<li>每件内容的 SHA-256 与 SM3 见 MANIFEST.json，其签名（Ed25519）见 MANIFEST.sig</li>"
    yield "<li>核验：verify-evidence 本文件 --key 公钥；或 openssl pkeyutl -verify -pubin -inkey 公钥"
    yield " -rawin -in MANIFEST.json -sigfile MANIFEST.sig</li></ul>"
