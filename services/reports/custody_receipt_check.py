"""Is a receipt what it says? Asked of its text and public keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from services.domain.custody import STEP_WORDS
from services.domain.receipt import Receipt, ReceiptError, receipt_from
from services.domain.timebase import local
from services.reports.custody_check import NO_KEYS, CustodyVerdict, Keys
from services.reports.custody_key import signed_entry, signed_note, witnessed
from services.reports.evidence_check import Finding, Stance


def check_receipt(text: str, keys: Keys = NO_KEYS) -> CustodyVerdict:
    """A receipt says nothing by itself of who made it: without the log's key it does not pass."""
    try:
        receipt = receipt_from(text)
    except ReceiptError as why:
        return CustodyVerdict((Finding(Stance.CHANGED, str(why)),))
    entry, checkpoint = receipt.line.entry, receipt.note.checkpoint
    told = entry.told
    mass = f" {told.mass_kg:,.1f} kg" if told.mass_kg is not None else ""
    said = f"{told.manifest} 第 {entry.no} 步 {STEP_WORDS[told.step]}：{told.giver} → {told.taker}{mass}"
    found = [Finding(Stance.NOTE, f"{said}，{local(told.at):%Y-%m-%d %H:%M:%S}")]
    if receipt.is_included:
        found.append(Finding(Stance.HOLDS, f"第 {entry.seq} 条在 {checkpoint.size} 条的日志树中"))
    else:
        found.append(Finding(Stance.CHANGED, f"第 {entry.seq} 条不在所写的日志树中：条目、证明或树根被改动"))
    found += _receipt_signatures(receipt, keys)
    broken = entry.seq if any(one.stance is Stance.CHANGED for one in found) else None
    return CustodyVerdict(tuple(found), broken)


def _receipt_signatures(receipt: Receipt, keys: Keys) -> Iterator[Finding]:
    if keys.log is None:
        yield Finding(Stance.CHANGED, "没有给日志公钥（--log-key），不能证明由谁签发")
    elif not signed_entry(receipt.line, keys.log) or not signed_note(receipt.note, keys.log):
        yield Finding(Stance.CHANGED, f"没有 {keys.log.name} 的有效签名")
    else:
        yield Finding(Stance.HOLDS, f"条目与树根由 {keys.log.name} 签名")
    seen = witnessed(receipt.note, keys.witnesses)
    if seen is not None:
        at = datetime.fromtimestamp(seen.seen_s, UTC)
        yield Finding(Stance.HOLDS, f"{seen.name} 于 {local(at):%Y-%m-%d %H:%M:%S} 见证")
    elif keys.witnesses:
        yield Finding(Stance.CHANGED, "没有所给见证方的有效签名")
    else:
        yield Finding(Stance.NOTE, "没有给见证公钥（--witness-key），未核见证")
