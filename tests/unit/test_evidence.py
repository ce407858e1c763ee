"""证据包: what is in it, that it is the same each time, and that no byte of it can be another."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.verbs import main
from services.collect.packaging import FOLDER, Packaging
from services.collect.site import Site
from services.domain.case_transfer import AskPackage, State
from services.domain.event import Batch, Event
from services.domain.evidence import FRAME, Piece
from services.domain.passage import Passage
from services.reports.evidence import Order, package
from services.reports.evidence_archive import packed, unpacked
from services.reports.evidence_check import Stance, check
from services.reports.evidence_key import KeyFaultError, SiteKey
from services.store.evidence import case_file
from services.store.images import Images
from services.store.store import Store
from tests.unit.followup_world import HU, PLATE, WANG, World, exhaust

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


def passage(number: int, image: str = "") -> Event:
    at = World.now - timedelta(minutes=number)
    record = Passage(f"p{number}", "c1", "d1", at, "椒江二桥", plate_no=PLATE, opacity_pct=38.2, image=image)
    return Event("viid", f"p{number}", "passage", at, record)


@pytest.fixture
def images(tmp_path):
    return Images(tmp_path / "images")


@pytest.fixture
def world(sqlite_store, images):
    world = World(sqlite_store)
    sqlite_store.take(Batch(events=[passage(1, images.put(JPEG)), passage(2)]), "viid", world.now)
    world.verified()
    return world


@pytest.fixture
def site(tmp_path):
    return Site(folder=tmp_path)


def made(world, site, images, department="生态环境"):
    case = world.wish(AskPackage(alert_id=world.alert_id, department=department))
    Packaging(world.store, site, images.path).tick(world.now)
    case = next(one for one in world.store.cases("case_transfer") if one.id == case.id)
    return case, (site.folder / FOLDER / f"{case.sha256}.zip").read_bytes()


def read(data: bytes, name: str):
    return json.loads(next(piece.data for piece in unpacked(data) if piece.name == name))


def test_that_a_package_holds_the_case_and_no_passage_the_rule_did_not_rest_on(world, site, images):
    case, data = made(world, site, images)
    names = [piece.name for piece in unpacked(data)]
    assert names[:3] == list(FRAME)
    assert set(names[3:]) == {
        *("alert.json", "cases.json", "passages.json", "rule.json", "summary.html", "timeline.json"),
        f"images/{images.put(JPEG)}.jpg",
    }
    assert [one["passage_id"] for one in read(data, "passages.json")] == ["p1"]
    rule = read(data, "rule.json")
    assert (rule["id"], rule["version"]) == ("R-CKP-01", 2)
    assert rule["parameters"][0] == {"label": "不透光度 %", "value": "38.2", "limit": "≤ 30"}
    assert (case.state, case.lacking) == (State.READY, ())
    assert [one.name for one in case.exhibits] == names[3:]


def test_that_a_package_verifies_with_the_key_of_its_site_and_says_so(world, site, images):
    _, data = made(world, site, images)
    verdict = check(data, (site.folder / FOLDER / "evidence.pub").read_bytes())
    assert verdict.is_whole
    said = " ".join(one.text for one in verdict.findings)
    for words in ("清单签名有效", "7 件内容与清单一致", "压缩包逐字节一致"):
        assert words in said


def test_that_the_same_state_gives_the_same_bytes_and_later_deeds_do_not_change_it(world, site, images):
    case, data = made(world, site, images)
    world.now += timedelta(minutes=5)
    key = SiteKey.of(site.folder / FOLDER)
    with world.store.read() as connection:
        before = case_file(connection, world.alert_id, case.log_seq)
        after = case_file(connection, world.alert_id)
    order = Order(case.id, case.department, site.name, False)
    assert package(before, order, key, images.path).data == data
    assert package(after, order, key, images.path).data != data


def test_that_officers_are_masked_but_for_who_is_entitled(world, site, images):
    _, masked = made(world, site, images)
    assert "王海涛".encode() not in masked
    assert b'"wang"' not in masked
    assert all(not row["whole"] for row in read(masked, "timeline.json") if row["kind"] == "signed")
    hidden = [one.text for one in check(masked).findings if one.stance is Stance.NOTE]
    assert any("隐去了经办人" in text for text in hidden)


def test_that_an_entitled_receiver_can_work_out_every_seal_of_the_log_himself(world, site, images):
    world.alert_id = ""
    world.verified(replace(exhaust(number=2), department="公安"))
    _, data = made(world, site, images, HU.department)
    assert "王海涛".encode() in data
    assert all(row["whole"] for row in read(data, "timeline.json"))
    assert any("案件日志" in one.text and one.stance is Stance.HOLDS for one in check(data).findings)


def test_that_what_is_missing_is_named(world, site, images):
    for path in images.folder.rglob("*.jpg"):
        path.unlink()
    case, data = made(world, site, images)
    assert len(case.lacking) == 1
    assert "不在本机" in case.lacking[0]
    assert "不在本机" in data.decode("utf-8", "replace")
    assert check(data).is_whole


def test_that_making_one_is_in_the_audit_and_its_digest_a_fact_of_the_case(world, site, images):
    case, _ = made(world, site, images)
    audit = {entry.kind: (entry.officer_id, entry.text) for entry in world.store.cases("audit")}
    assert audit["evidence_asked"] == (WANG.id, f"申请证据包 {world.alert_id}，接收 生态环境")
    assert audit["evidence_made"][0] == "engine"
    assert case.sha256 in audit["evidence_made"][1]
    assert case.sha256 in world.alert().notes[-1].text
    assert world.store.verify_chain() is None


def test_that_a_package_that_cannot_be_written_says_why(world, site, images):
    (site.folder / FOLDER).write_text("in the way")
    case = world.wish(AskPackage(alert_id=world.alert_id, department="生态环境"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.collect.packaging.log.warning", lambda *said: None)
        Packaging(world.store, site, images.path).tick(world.now)
    case = world.store.cases("case_transfer")[0]
    assert case.state is State.FAILED
    assert case.reason.startswith("写不了证据文件")


# ------------------------------------------------------------------------------------------------ tampering


@cache
def sample() -> tuple[bytes, bytes]:
    """A package, and its key: made once, of the smallest case there is."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/s.db") as store:
        world = World(store)
        world.find()
        key = SiteKey.of(Path(folder))
        with store.read() as connection:
            file = case_file(connection, world.alert_id)
        return package(file, Order("YS-1", "公安", "椒江", True), key, lambda _sha: None).data, key.public_pem


def rezipped(pieces) -> bytes:
    """As an ordinary program would zip it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in pieces:
            archive.writestr(piece.name, piece.data)
    return out.getvalue()


def changed(data: bytes, key: bytes) -> list[str]:
    return [one.text for one in check(data, key).findings if one.stance is Stance.CHANGED]


@settings(max_examples=40)
@given(where=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_that_no_bit_can_be_another(where, bit):
    data, key = sample()
    bad = bytearray(data)
    bad[where % len(data)] ^= 1 << bit
    assert changed(bytes(bad), key)


@settings(max_examples=40)
@given(cut=st.integers(1, 10**9), more=st.binary(min_size=1, max_size=40), front=st.booleans())
def test_that_nothing_can_be_cut_off_or_added_around_it(cut, more, front):
    data, key = sample()
    assert changed(data[: -(cut % len(data)) or None], key) or cut % len(data) == 0
    assert changed(more + data if front else data + more, key)


@settings(max_examples=40)
@given(st.data())
def test_that_an_edit_a_deletion_an_addition_and_a_new_name_are_each_named(draw):
    data, key = sample()
    pieces = list(unpacked(data))
    at = draw.draw(st.integers(len(FRAME), len(pieces) - 1))
    one = pieces[at]
    others = [piece for piece in pieces if piece is not one]
    assert changed(packed([], [*others, Piece(one.name, one.data + b" ")]), key)[0] == f"{one.name} 内容被改动"
    assert changed(packed([], others), key) == [f"缺少 {one.name}"]
    assert changed(packed([], [*pieces, Piece("extra.txt", b"x")]), key) == ["多出 extra.txt"]
    moved = [*others, Piece("zzz.json", one.data)]
    assert changed(packed([], moved), key) == [f"{one.name} 被改名为 zzz.json"]


def test_that_another_order_and_another_packing_are_found_though_every_file_is_right():
    data, key = sample()
    pieces = unpacked(data)
    for other in (packed(pieces[::-1], []), rezipped(pieces)):
        assert changed(other, key) == ["各件内容未变，但压缩包的次序、时间戳或夹带内容有改动"]


def test_that_whoever_signs_it_anew_is_found_by_the_key_and_only_by_it(tmp_path):
    data, key = sample()
    forger = SiteKey.of(tmp_path)
    by_name = {piece.name: piece.data for piece in unpacked(data)}
    said = by_name["MANIFEST.json"].replace("椒江".encode(), "温岭".encode())
    frame = [Piece(FRAME[0], said), Piece(FRAME[1], forger.sign(said)), Piece(FRAME[2], forger.public_pem)]
    forged = packed(frame, [Piece(name, it) for name, it in by_name.items() if name not in FRAME])
    assert check(forged).is_whole
    assert any(one.stance is Stance.NOTE and "不能证明由谁签发" in one.text for one in check(forged).findings)
    assert changed(forged, key)[0] == "包内公钥不是所给的公钥"


def test_that_a_file_named_twice_is_found():
    data, key = sample()
    pieces = unpacked(data)
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed(pieces, [pieces[-1]])
    assert changed(twice, key)[0] == f"{pieces[-1].name} 出现 2 次"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + b"\0" * 18])
def test_that_what_is_no_package_is_said_to_be_none(data):
    assert not check(data).is_whole


def test_that_the_openssl_of_an_outsider_verifies_it_too(tmp_path):
    import shutil
    import subprocess

    openssl = shutil.which("openssl")
    if openssl is None:
        return
    data, key = sample()
    for piece in unpacked(data)[:3]:
        (tmp_path / piece.name).write_bytes(piece.data)
    (tmp_path / "pub").write_bytes(key)
    told = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "pub", "-rawin", "-in", FRAME[0], "-sigfile", FRAME[1]]
    assert subprocess.run(told, cwd=tmp_path, capture_output=True, check=False).returncode == 0


# ------------------------------------------------------------------------------------------------ key, verb


def test_that_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    first, again = SiteKey.of(tmp_path), SiteKey.of(tmp_path)
    assert first.public_pem == again.public_pem == (tmp_path / "evidence.pub").read_bytes()
    assert stat.S_IMODE((tmp_path / "evidence.key").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="no modes")
def test_that_a_key_others_may_read_or_that_is_none_is_not_used(tmp_path):
    SiteKey.of(tmp_path)
    key = tmp_path / "evidence.key"
    key.chmod(0o644)
    with pytest.raises(KeyFaultError, match="对他人可读"):
        SiteKey.of(tmp_path)
    key.chmod(0o600)
    key.write_bytes(b"nonsense")
    with pytest.raises(KeyFaultError, match="不是签名私钥"):
        SiteKey.of(tmp_path)


def test_that_the_verb_says_in_words_what_holds_and_what_was_changed(tmp_path, capsys):
    data, key = sample()
    file, pub = tmp_path / "p.zip", tmp_path / "k.pub"
    file.write_bytes(data)
    pub.write_bytes(key)
    assert main(["verify-evidence", str(file), "--key", str(pub)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "核验通过"
    pieces = [piece for piece in unpacked(data) if piece.name != "rule.json"]
    file.write_bytes(packed([], pieces))
    assert main(["verify-evidence", str(file)]) == 1
    said = capsys.readouterr().out
    assert "[不符] 缺少 rule.json" in said
    assert "核验不通过" in said
    assert main(["verify-evidence", str(tmp_path / "none.zip")]) == 2
    assert "没有这个文件" in capsys.readouterr().err
