"""The receipt of a manifest for paper: five copies, each hand-over weighed, the chain, and a QR to verify it by."""

from __future__ import annotations

from datetime import datetime

from services.domain.boats import POLLUTANT_WORDS, STATE_WORDS
from services.domain.custody import STEP_WORDS
from services.domain.custody_state import LAMP_WORDS, CustodyChain, Lamp
from services.domain.manifest import COPY_WORDS, PARTY_WORDS, Manifest
from services.domain.receipt_sheet import ReceiptSheet
from services.domain.timebase import local
from services.reports.report import Report, Table

MARKS = {Lamp.HOLDS: "✓", Lamp.BROKEN: "✗", Lamp.UNKNOWN: "—"}
CODE_PT = 176.0


def receipt_report(sheet: ReceiptSheet, *, centre: str, demo: bool) -> Report:
    manifest, chain = sheet.manifest, sheet.chain
    stage = STATE_WORDS[manifest.stage]
    return Report(
        stem=f"收据-{manifest.id}-{local(sheet.now):%Y%m%d-%H%M%S}",
        title="船舶污染物转移联单收据",
        subtitle=f"{centre} · 联单 {manifest.id}",
        facts=(
            ("联单", manifest.id),
            ("申请", f"{manifest.request_id} · {manifest.vessel_no}"),
            ("污染物", POLLUTANT_WORDS[manifest.pollutant]),
            ("地点", manifest.place),
            ("阶段", f"{stage} · {'在办' if manifest.is_open else '已闭环'}"),
            ("减量化", f"{_kg(manifest.treated_kg)} kg" if manifest.treated_kg is not None else "未报"),
            ("存证", _chain_words(chain)),
            ("见证", _witness_words(chain)),
        ),
        tables=(_copies(manifest), _transfers(manifest), _links(chain)),
        signatures=(),
        foot=f"{centre} · {manifest.id} · 截至 {local(sheet.now):%Y-%m-%d %H:%M:%S}",
        code=chain.receipt,
        code_words=("核验：main.py verify-custody --receipt", "公钥由指挥中心与见证方另行公布")
        if chain.receipt
        else (),
        code_pt=CODE_PT,
        demo=demo,
    )


def _copies(manifest: Manifest) -> Table:
    rows = tuple(
        (
            COPY_WORDS[copy.party],
            PARTY_WORDS[copy.party],
            copy.name or "—",
            _kg(copy.mass_kg),
            _at(copy.at),
            copy.signer,
        )
        for copy in manifest.copies
    )
    return Table("五联", ("联", "单位", "名称", "质量 kg", "时间", "签收"), (12, 14, 28, 14, 18, 14), rows)


def _transfers(manifest: Manifest) -> Table:
    rows = tuple(
        (
            f"{PARTY_WORDS[one.giver]} → {PARTY_WORDS[one.taker]}",
            _kg(one.given_kg),
            _kg(one.taken_kg),
            f"{one.diff_kg:+.1f}".replace("-", "−"),
            f"{one.pct:.1f} %",
        )
        for one in manifest.transfers
    )
    note = "减量化的损失不计入差额" if manifest.treated_kg is not None else ""
    return Table("质量平衡", ("交接", "交出 kg", "接收 kg", "差 kg", "差"), (36, 17, 17, 15, 15), rows, note)


def _links(chain: CustodyChain) -> Table:
    rows = tuple(
        (
            str(link.seq),
            STEP_WORDS[link.told.step],
            f"{link.told.giver} → {link.told.taker}",
            _kg(link.told.mass_kg),
            _at(link.told.at),
            f"{MARKS[link.lamp]} {LAMP_WORDS[link.lamp]}{' · 已见证' if link.is_witnessed else ''}",
            link.leaf[:16],
        )
        for link in chain.links
    )
    columns = ("条", "步骤", "由 → 至", "质量 kg", "时间", "核验", "散列")
    return Table("存证链", columns, (6, 11, 29, 10, 15, 14, 15), rows)


def _chain_words(chain: CustodyChain) -> str:
    return f"{LAMP_WORDS[chain.lamp]} · {len(chain.links)} 条 · 日志 {chain.size} 条 · 树根 {chain.root[:12]}…"


def _witness_words(chain: CustodyChain) -> str:
    if chain.witnessed_at is None:
        return "尚未见证"
    return f"到第 {chain.witnessed} 条，{local(chain.witnessed_at):%Y-%m-%d %H:%M:%S}"


def _kg(mass: float | None) -> str:
    return "—" if mass is None else f"{mass:,.1f}"


def _at(moment: datetime | None) -> str:
    return "" if moment is None else f"{local(moment):%m-%d %H:%M}"
