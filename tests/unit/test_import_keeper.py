"""The mirror of the community's registers, and the verb that imports by hand."""

from datetime import timedelta

import pytest

from console import verbs
from services.collect import register_keeper
from services.collect.register_keeper import AGAIN, EVERY, WHOLE_EVERY
from services.collect.site import Site, SiteError
from services.domain.address_book import DWELLING
from services.domain.question import Question
from services.store.store import Store
from tests.unit.community_demo import START, community
from tests.unit.import_files import COMMUNITY, addresses, take, write_csv
from tests.unit.test_import_files import change, upstream

NOW = START
__all__ = ["upstream"]


def keeper_of(store, path, **settings):
    site = Site(sources={"community": {"url": f"sqlite:///{path}"}}, community={"code": COMMUNITY, **settings})
    ((_, tick, _),) = register_keeper.work(store, site).ticks
    return tick


def residents(store):
    return [str(p.name) for p in store.answer(Question(DWELLING, "XQ010320302"), None).case.residents]


def reports(store):
    return store.snapshot("import_reports", NOW).records


def test_that_the_registers_are_mirrored_and_followed_every_ten_minutes(sqlite_store, upstream):
    tick = keeper_of(sqlite_store, upstream)
    tick(NOW)
    assert residents(sqlite_store) == ["林*"]
    change(upstream, "INSERT INTO renyuan VALUES ('R2', '陈大文', '19900505', 'XQ010320302', '2')")
    tick(NOW + EVERY - timedelta(seconds=1))
    assert residents(sqlite_store) == ["林*"]
    tick(NOW + EVERY)
    assert residents(sqlite_store) == ["林*", "陈*"]
    change(upstream, "DELETE FROM renyuan WHERE rybh = 'R1'")
    tick(NOW + 2 * EVERY)
    assert residents(sqlite_store) == ["陈*"]


def test_that_a_look_that_finds_nothing_new_writes_nothing(sqlite_store, upstream):
    tick = keeper_of(sqlite_store, upstream)
    tick(NOW)
    seq, _ = sqlite_store.changes_since(0)
    for i in range(1, 9):
        tick(NOW + i * EVERY)
    assert sqlite_store.changes_since(0)[0] == seq
    assert len(reports(sqlite_store)) == 1


def test_that_a_database_that_is_gone_closes_nothing_and_is_told_once(sqlite_store, upstream):
    tick = keeper_of(sqlite_store, upstream)
    tick(NOW)
    kept = upstream.read_bytes()
    upstream.unlink()
    tick(NOW + EVERY)
    (report,) = reports(sqlite_store)
    assert "打不开" in report.failed
    tick(NOW + EVERY + AGAIN)
    assert reports(sqlite_store) == (report,)
    assert residents(sqlite_store) == ["林*"]
    upstream.write_bytes(kept)
    tick(NOW + EVERY + 2 * AGAIN)
    assert reports(sqlite_store)[0].failed == ""


def test_that_moments_of_devices_alone_are_taken_once_an_hour(sqlite_store, upstream):
    change(upstream, "ALTER TABLE shebei ADD COLUMN zhsj TEXT; UPDATE shebei SET zhsj = '20261121143000'")
    tick = keeper_of(sqlite_store, upstream)
    tick(NOW)
    change(upstream, "UPDATE shebei SET zhsj = '20261121153000'")
    tick(NOW + EVERY)
    assert heard(sqlite_store) == "14:30"
    tick(NOW + WHOLE_EVERY + EVERY)
    assert heard(sqlite_store) == "15:30"


def heard(store):
    from services.domain.timebase import local

    device = store.answer(Question("device", "YG1"), None).case.device
    return f"{local(device.heard_at):%H:%M}"


def test_that_a_site_may_say_which_column_is_what(sqlite_store, upstream, tmp_path):
    change(upstream, "ALTER TABLE renyuan RENAME COLUMN xm TO mingzi")
    (tmp_path / "map.toml").write_text('[resident.columns]\nname = ["mingzi"]\n', encoding="utf-8")
    tick = keeper_of(sqlite_store, upstream, mapping=str(tmp_path / "map.toml"))
    tick(NOW)
    assert residents(sqlite_store) == ["林*"]
    with pytest.raises(SiteError, match=r"community\.mapping"):
        keeper_of(sqlite_store, upstream, mapping=str(tmp_path / "no.toml"))


def test_that_a_site_without_a_community_mirrors_nothing(sqlite_store):
    assert register_keeper.work(sqlite_store, Site()).ticks == ()


def test_that_the_demo_community_fits_its_mapping_without_a_word(sqlite_store, tmp_path):
    url = f"sqlite:///{tmp_path / 'c.db'}"
    with community(url):
        (report,) = take(sqlite_store, url)
    assert (report.refused_count, report.failed) == (0, "")
    assert report.taken > 1000


def test_that_a_community_on_postgresql_is_read_as_well(postgres, sqlite_store):
    url = postgres.new_database()
    try:
        with community(url):
            (report,) = take(sqlite_store, url)
        assert (report.refused_count, report.failed) == (0, "")
        (again,) = take(sqlite_store, url)
        assert (again.taken, again.changed, again.unchanged) == (0, 0, report.taken)
    finally:
        postgres.drop_database(url)


# -------------------------------------------------------------------------------------------- verb


def run(*arguments):
    return verbs.main(["import-community", *arguments])


def test_that_the_verb_says_what_it_took_and_what_did_not_fit(sqlite_url, tmp_path, capsys):
    bad = write_csv(tmp_path, "人员", ["姓名,证件号,小区,楼栋,室号", "张三,330,城市花园,3幢,302"])
    assert run(*addresses(tmp_path), "--community", COMMUNITY, "--store", sqlite_url) == 0
    assert run(bad, "--community", COMMUNITY, "--store", sqlite_url) == 1
    said = capsys.readouterr().out
    assert "小区.csv：2 行，新增 2" in said
    assert "人员 第 2 行 证件号：证件号不是 18 位：共 3 位（id_malformed）" in said


def test_that_the_verb_reads_store_and_community_from_the_site(tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text(f'[store]\nurl = "sqlite:///s.db"\n[community]\ncode = "{COMMUNITY}"\n', encoding="utf-8")
    assert run(*addresses(tmp_path), "--site", str(site)) == 0
    with Store.open(f"sqlite:///{tmp_path / 's.db'}") as store:
        assert store.answer(Question(DWELLING, "XQ010320302"), None).case.standing.community == COMMUNITY


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["人员.csv", "--community", COMMUNITY], 2, "--store"),
        (["没有.csv", "--community", COMMUNITY, "--store", "{store}"], 1, "没有.csv"),
        (["人员.doc", "--community", COMMUNITY, "--store", "{store}"], 1, ".xlsx"),
        (["没有.csv", "--store", "{store}"], 1, "社区编码"),
        (["没有.csv", "--store", "{store}", "--mapping", "没有.toml"], 1, "没有.toml"),
    ],
)
def test_that_what_cannot_be_imported_is_refused_in_words(sqlite_url, capsys, arguments, status, said):
    assert run(*(one.format(store=sqlite_url) for one in arguments)) == status
    assert said in capsys.readouterr().err
