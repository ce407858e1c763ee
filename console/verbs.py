"""The verbs of the command line. Each imports its face only when it is asked for, so that the
collector and the demo district never load Qt."""

from __future__ import annotations

import argparse
import errno
import getpass
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from console.account_arguments import add_account_arguments
from console.importing import TEXT as IMPORT_TEXT
from console.importing import ImportStoppedError, add_import_arguments, told
from services.collect.site import SiteError, read_site
from services.domain.rule_file import RuleError
from services.domain.timebase import SHANGHAI

PICTURE_START = datetime(2026, 11, 21, 14, 27, 0, tzinfo=SHANGHAI)
PICTURE_MINUTE = datetime(2026, 11, 21, 14, 32, 7, tzinfo=SHANGHAI)
PICTURE_FACTOR = 4.0
LARGE_DAY_AT = 7  # hour of the Shanghai day


def main(arguments: Sequence[str]) -> int:
    """Run one verb and return the process's exit status; without a verb, the desk on a demo district."""
    options = _parser().parse_args(arguments or ["desk"])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _leave)
    try:
        return options.run(options)
    except (SiteError, RuleError, NeedsDisplayError) as why:
        print(why, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _leave(number: int, frame: object) -> None:
    """Until a verb listens itself: unwind, so that children and temporary folders go too."""
    sys.exit(128 + number)


class NeedsDisplayError(RuntimeError):
    """A window was asked for where there is no screen."""


def desk(options: argparse.Namespace) -> int:
    _need_display()
    from console.app import run_desk

    if options.site:
        return run_desk(read_site(options.site), options)
    from services.district.launch import Demo

    with Demo(datetime.now(SHANGHAI), seed=options.seed, ais_files=[str(p.resolve()) for p in options.ais]) as path:
        return run_desk(read_site(path), options)


def wall(options: argparse.Namespace) -> int:
    _need_display()
    from console.app import run_wall

    if options.site:
        return run_wall(read_site(options.site), options)
    from services.district.launch import Demo

    with Demo(datetime.now(SHANGHAI), seed=options.seed) as path:
        return run_wall(read_site(path), options)


def collect(options: argparse.Namespace) -> int:
    from services.collect.stopping import stopping

    loaded = threading.Event()
    over = stopping(with_parent=options.with_parent, loaded=loaded)
    from services.collect.collector import collect as run
    from services.store.errors import StoreError

    loaded.set()
    try:
        return run(read_site(options.site), over)
    except StoreError as why:
        print(f"采集不能开始：{why}", file=sys.stderr)
        return 1


def district(options: argparse.Namespace) -> int:
    from services.collect.stopping import stopping

    loaded = threading.Event()
    over = stopping(with_parent=options.with_parent, loaded=loaded)
    from services.district.launch import write_demo_site
    from services.district.part import DistrictSettings, Fault, Faults
    from services.district.serve import serve

    loaded.set()
    path = options.site
    if path is None:
        folder = options.folder or Path("var/district")
        folder.mkdir(parents=True, exist_ok=True)
        start = datetime.now(SHANGHAI)
        if options.day:
            start = start.replace(hour=LARGE_DAY_AT, minute=0, second=0, microsecond=0)
        path = write_demo_site(folder.resolve(), start, seed=options.seed, factor=options.factor, day=options.day)
        print(f"演示区站点文件：{path}\n另开窗口运行：python main.py desk --site {path} --collect", flush=True)
    site = read_site(path)
    faults = Faults()
    for source, fault in options.fault:
        faults.switch(source, Fault(fault))
    settings = DistrictSettings(seed=site.seed or options.seed, timebase=site.timebase, day=site.day)
    try:
        serve(site, settings, faults, over)
    except OSError as why:
        print(f"演示区不能开始，端口是否已被占用：{why.strerror or why}", file=sys.stderr)
        return 1
    return 0


def shot(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from console.app import shot as take
    from services.district.launch import Demo

    with Demo(PICTURE_START, seed=options.seed, factor=PICTURE_FACTOR) as path:
        site = read_site(path)
        for scene, file in zip(options.scene.split(","), options.file, strict=True):
            status = take(site, scene, file, options.face, options.size, options.theme, PICTURE_MINUTE)
            if status:
                return status
    return 0


def check(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from console.app import check as look
    from services.district.launch import Demo

    if options.site:
        figures = look(read_site(options.site))
    else:
        with Demo(PICTURE_START, seed=options.seed, factor=PICTURE_FACTOR) as path:
            figures = look(read_site(path))
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if figures["problems"] else 0


def account(options: argparse.Namespace) -> int:
    from console.account import AccountRefusedError, run
    from services.store.errors import StoreError

    try:
        print(run(read_site(options.site), options, _secret))
    except (AccountRefusedError, StoreError, OSError) as why:
        print(f"没有办成：{why}", file=sys.stderr)
        return 1
    return 0


def _secret(prompt: str) -> str:
    """A password from the keyboard, unseen, or a line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


def ingest(options: argparse.Namespace) -> int:
    from services.store.errors import StoreError
    from services.store.store import Store

    try:
        for file in options.files:
            file.open("rb").close()  # before the first is taken
        with Store.open(options.store) as store:
            if options.protocol == "ais":
                from services.receivers.ais import ingest_ais

                figures = ingest_ais(options.files, store)
            else:
                from services.receivers.viid import ingest_viid

                figures = ingest_viid(options.files, store)
    except OSError as why:
        print(f"导入失败：读不到 {why.filename}：{_in_chinese(why)}", file=sys.stderr)
        return 1
    except StoreError as why:
        print(f"导入失败：{why}", file=sys.stderr)
        return 1
    print(json.dumps(figures, ensure_ascii=False))
    return 0


def import_community(options: argparse.Namespace) -> int:
    fits = True
    try:
        for text, fit in told(options):
            print(text, flush=True)
            fits = fits and fit
    except ImportStoppedError as why:
        print(f"导入失败：{why}", file=sys.stderr)
        return 1
    return 0 if fits else 1


def backtest(options: argparse.Namespace) -> int:
    from services.history.backtest import CannotBackTestError
    from services.history.command import tell, work_off
    from services.store.errors import StoreError
    from services.store.store import Store

    now = options.now or datetime.now(SHANGHAI)
    if not options.asked and not options.rule:
        print("须写规则编号或规则文件，例如 backtest R-POP-01 --store sqlite:///x.db", file=sys.stderr)
        return 2
    try:
        with Store.open(options.store) as store:
            if options.asked:
                print(json.dumps({"steps": work_off(store, now, options.rules, options.cache)}))
                return 0
            said = tell(
                store,
                options.rule,
                since=options.since,
                until=options.until,
                now=now,
                settings=options.set,
                scan=options.scan,
                folder=options.rules,
                cache=options.cache,
            )
    except (StoreError, CannotBackTestError) as why:
        print(f"回测失败：{why}", file=sys.stderr)
        return 1
    print(json.dumps(said, ensure_ascii=False, indent=2))
    return 0


def convoys(options: argparse.Namespace) -> int:
    from services.domain.convoy import convoys_from
    from services.history.convoys import look_for_convoys
    from services.store import codec
    from services.store.errors import StoreError
    from services.store.store import Store

    try:
        settings = convoys_from({name: json.loads(value) for name, _, value in map(_parted, options.set)})
        with Store.open(options.store, read_only=True) as store:
            found = look_for_convoys(store, options.now or datetime.now(SHANGHAI), settings)
    except (StoreError, ValueError) as why:
        print(f"伴随计算失败：{why}", file=sys.stderr)
        return 1
    for one in found:
        print(codec.encode(one))
    return 0


def meters(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    import duckdb

    from services.domain.meter_settings import meters_from
    from services.history.meter_baselines import look
    from services.store.errors import StoreError
    from services.store.store import Store

    try:
        settings = meters_from({name: json.loads(value) for name, _, value in map(_parted, options.set)})
        with Store.open(options.store) as store:
            done = look(store, options.folder, options.now or datetime.now(SHANGHAI), settings)
    except (StoreError, duckdb.Error, OSError, ValueError) as why:
        print(f"表计归档失败：{why}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(done)))
    return 0


def _parted(setting: str) -> tuple[str, str, str]:
    return setting.partition("=")


def verify(options: argparse.Namespace) -> int:
    from services.store.errors import StoreError
    from services.store.store import Store
    from services.store.verifying import verify as check_record
    from services.store.witness import sightings_at

    try:
        sightings = sightings_at(options.against) if options.against else None
        with Store.open(options.store, read_only=True) as store, store.read() as connection:
            found = check_record(connection, sightings)
    except StoreError as why:
        print(f"不能核验：{why}", file=sys.stderr)
        return 2
    print(json.dumps(found.spoken(), ensure_ascii=False))
    if found.fault is not None:
        print(f"记录不实：{found.fault.message}", file=sys.stderr)
    return 0 if found.fault is None else 1


def verify_evidence(options: argparse.Namespace) -> int:
    from services.reports.evidence_check import SIGNS, check

    try:
        data = options.file.read_bytes()
        key = options.key.read_bytes() if options.key else None
    except OSError as why:
        print(f"{why.filename}：{_in_chinese(why)}", file=sys.stderr)
        return 2
    verdict = check(data, key)
    for one in verdict.findings:
        print(f"{SIGNS[one.stance]} {one.text}")
    print("核验通过" if verdict.is_whole else "核验不通过：内容与签发时不同")
    return 0 if verdict.is_whole else 1


def custody_export(options: argparse.Namespace) -> int:
    from services.reports.custody_export import NothingToExportError, exported
    from services.store.errors import StoreError
    from services.store.store import Store

    try:
        with Store.open(options.store, read_only=True) as store:
            file = exported(store, options.manifest, datetime.now(SHANGHAI))
        options.file.write_text(file.spelled, encoding="utf-8", newline="")
    except (StoreError, NothingToExportError, OSError) as why:
        print(f"导出失败：{_in_chinese(why) if isinstance(why, OSError) else why}", file=sys.stderr)
        return 1
    print(f"已导出 {len(file.told)} 条、{len(file.notes)} 个校验点：{options.file}")
    print(f"日志公钥 {file.log_key.spelled}")
    for key in file.witness_keys:
        print(f"见证公钥 {key.spelled}")
    return 0


def verify_custody(options: argparse.Namespace) -> int:
    from services.domain.signed_note import NoteError
    from services.reports.custody_check import check_file, keys_from, seen_in
    from services.reports.custody_receipt_check import check_receipt
    from services.reports.evidence_check import SIGNS

    if (options.file is None) == (not options.receipt):
        print("须写一个导出文件，或 --receipt 收据文字", file=sys.stderr)
        return 2
    try:
        keys = keys_from(options.log_key, options.witness_key)
        if options.receipt:
            verdict = check_receipt(options.receipt, keys)
        else:
            seen = [seen_in(path) for path in options.against]
            verdict = check_file(options.file.read_bytes(), keys, seen)
    except OSError as why:
        print(f"{why.filename}：{_in_chinese(why)}", file=sys.stderr)
        return 2
    except (NoteError, UnicodeDecodeError) as why:
        print(f"公钥或校验点读不出：{why}", file=sys.stderr)
        return 2
    for one in verdict.findings:
        print(f"{SIGNS[one.stance]} {one.text}")
    where = f"：第 {verdict.broken} 条起不可信" if verdict.broken else ""
    print("核验通过" if verdict.is_whole else f"核验不通过{where}")
    return 0 if verdict.is_whole else 1


def _in_chinese(why: OSError) -> str:
    words = {errno.ENOENT: "没有这个文件", errno.EISDIR: "这是文件夹", errno.EACCES: "没有读取权限"}
    return words.get(why.errno or 0, why.strerror or str(why))


def _need_display() -> None:
    if sys.platform.startswith("linux") and not any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY")):
        if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
            return
        raise NeedsDisplayError(
            "这里没有显示器，开不了窗口。可以改用：./run shot boats boats.png 拍一张，或 ./run check 自检。"
        )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 16384 and 360 <= int(height) <= 8192):
        raise argparse.ArgumentTypeError(f"{text!r} 不是 宽x高，例如 1920x1080")
    return int(width), int(height)


def _moment(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是时刻，例如 2026-08-23 或 2026-08-23T08:00+08:00") from None
    return said if said.tzinfo else said.replace(tzinfo=SHANGHAI)


def _fault(text: str) -> tuple[str, str]:
    from services.district.part import SUFFERERS, Fault

    source, _, fault = text.partition("=")
    if source not in SUFFERERS or fault not in {f.value for f in Fault}:
        raise argparse.ArgumentTypeError(
            f"{text!r} 须为 数据源=故障，数据源可用：{'、'.join(SUFFERERS)}；故障可用：{'、'.join(Fault)}"
        )
    return source, fault


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py", description="区域指挥台 District Console")
    verbs = parser.add_subparsers(title="动词", metavar="动词", required=True)

    def verb(name: str, run: object, text: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    def of_site(sub: argparse.ArgumentParser, *, required: bool = False) -> None:
        sub.add_argument("--site", type=Path, required=required, help="站点文件 site.toml；不给则用演示区")
        sub.add_argument("--seed", type=int, default=42, help="演示区种子（默认 42）")

    sub = verb("desk", desk, "工作站：值班席的窗口（不给站点则自带演示区）")
    of_site(sub)
    sub.add_argument("--collect", action="store_true", help="由本席带起采集进程（单席使用）")
    sub.add_argument("--ais", type=Path, nargs="+", default=[], metavar="文件", help="回放 AIS/NMEA 文件中的真实船舶")
    sub.add_argument("--scene", default="", help="打开时的场景")
    sub.add_argument("--theme", choices=("dark", "light"), default="", help="深色或浅色")
    sub = verb("wall", wall, "大屏：无人操作，轮播场景")
    of_site(sub)
    sub.add_argument("--scene", default="", help="只放一个场景，不轮播")
    sub.add_argument("--theme", choices=("dark", "light"), default="", help="深色或浅色")
    sub = verb("collect", collect, "采集：无窗口，轮询与接收上游，运行规则，写库")
    of_site(sub, required=True)
    sub.add_argument("--with-parent", action="store_true", help="随父进程结束")
    sub = verb("district", district, "演示区：在本机回环地址上模拟全部上游系统")
    of_site(sub)
    sub.add_argument("--folder", type=Path, help="写站点文件与数据库的目录（默认 var/district）")
    sub.add_argument(
        "--day", default="", choices=["300"], help="整日 300 件上交申请、20 艘收集船，从 7 时开始，正午一船故障"
    )
    sub.add_argument("--factor", type=float, default=1.0, help="时间加快倍数（默认 1）")
    sub.add_argument("--fault", type=_fault, action="append", default=[], metavar="数据源=故障", help="开一处故障")
    sub.add_argument("--with-parent", action="store_true", help="随父进程结束")
    sub = verb("shot", shot, "拍照：在固定种子、固定时刻把场景存成 PNG，不需要显示器")
    sub.add_argument("scene", help="场景名，多个用逗号隔开：home,community,boats,checkpoints")
    sub.add_argument("file", type=Path, nargs="+", help="PNG 文件，与场景一一对应")
    sub.add_argument("--face", choices=("desk", "wall"), default="desk")
    sub.add_argument("--size", type=_size, default=None, help="宽x高；默认工作站 1920x1080、大屏 3840x2160")
    sub.add_argument("--theme", choices=("dark", "light"), default="dark")
    sub.add_argument("--seed", type=int, default=42)
    sub = verb("check", check, "自检：离屏打开两种界面的全部场景，打印一行 JSON，退出码说明是否正常")
    of_site(sub)
    sub = verb("account", account, "账号：建账号、授岗位、设口令、绑定大屏；口令从标准输入读")
    add_account_arguments(sub)
    sub = verb("import-community", import_community, IMPORT_TEXT)
    add_import_arguments(sub)
    sub = verb("ingest", ingest, "导入：把 AIS 或 GA/T 1400 文件收进库，打印一行 JSON")
    sub.add_argument("protocol", choices=("ais", "viid"))
    sub.add_argument("files", type=Path, nargs="+")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub = verb("backtest", backtest, "回测：一条规则在历史事件上会报什么，对照核实记录，打印 JSON")
    sub.add_argument("rule", nargs="?", default="", help="规则编号，或一个规则文件")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub.add_argument("--since", type=_moment, help="从何时起（默认 90 日前）")
    sub.add_argument("--until", type=_moment, help="到何时止（默认现在）")
    sub.add_argument("--set", action="append", default=[], metavar="数值=新值", help="改一个数值再测")
    sub.add_argument("--scan", default="", metavar="数值", help="扫描哪个数值（默认改了的那个）")
    sub.add_argument("--rules", type=Path, help="本站规则目录，覆盖自带规则")
    sub.add_argument("--cache", type=Path, help="导出事件的缓存目录（每日一个 Parquet 文件）")
    sub.add_argument("--asked", action="store_true", help="办完规则台上等待检查与回测的草案")
    sub.add_argument("--now", type=_moment, help="当作此刻")
    sub = verb("convoys", convoys, "伴随：近几日一同行驶的车辆，每对打印一行 JSON；采集进程每夜自行运行")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub.add_argument("--now", type=_moment, help="看到何时为止（默认现在）")
    sub.add_argument("--set", action="append", default=[], metavar="设置=值", help="改一项设置，例如 days=4")
    sub = verb("meters", meters, "表计：把过去的日子归档为半小时用量，求每表基线，打印一行 JSON；采集进程每夜运行")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub.add_argument("--folder", required=True, type=Path, help="归档目录，即站点文件旁的 meters")
    sub.add_argument("--now", type=_moment, help="当作此刻")
    sub.add_argument("--set", action="append", default=[], metavar="设置=值", help="改一项设置，例如 keep_days=400")
    sub = verb("verify", verify, "核验：日志是否仍是当初所写，库中所示是否就是日志所说；打印一行 JSON，不实则退出码 1")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub.add_argument("--against", default="", metavar="副本", help="日志副本的文件或 URL，或打印的链头 DC1|…")
    sub = verb(
        "verify-evidence", verify_evidence, "核验证据包：只凭文件与公钥，逐条说明哪些属实、哪些被改；被改则退出码 1"
    )
    sub.add_argument("file", type=Path, metavar="证据包", help="zip 文件")
    sub.add_argument(
        "--key", type=Path, metavar="公钥", help="另行取得的公钥（PEM）；不给则用包内公钥，只能证明内容一致"
    )
    sub = verb("custody-export", custody_export, "存证导出：把全部存证日志或一份联单写成文件，供外部核验")
    sub.add_argument("manifest", metavar="联单|all", help="联单编号，或 all 导出全部")
    sub.add_argument("file", type=Path, metavar="文件")
    sub.add_argument("--store", required=True, help="库的 URL，例如 sqlite:///x.db")
    sub = verb("verify-custody", verify_custody, "核验存证：只凭文件与公钥，说明哪一条被改、为何；不通过则退出码 1")
    sub.add_argument("file", type=Path, nargs="?", metavar="文件", help="custody-export 写出的文件")
    sub.add_argument("--log-key", default="", metavar="公钥", help="另行取得的日志公钥：文字，或存有它的文件")
    sub.add_argument("--witness-key", action="append", default=[], metavar="公钥", help="另行取得的见证公钥；可多次")
    sub.add_argument(
        "--against", type=Path, action="append", default=[], metavar="校验点", help="另存的校验点或收据文字的文件"
    )
    sub.add_argument("--receipt", default="", metavar="文字", help="收据二维码里的文字")
    return parser
