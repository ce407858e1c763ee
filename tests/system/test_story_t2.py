"""Story T2, from the camera's protocol to the archived case: a small goods truck on 椒江二桥, exhaust over the limit.

The passage comes by real HTTP as GA/T 1400 writes it, the owner's message leaves by real HTTP; between them
are the shipped rules, the store, and the collector's own parts on a clock the test turns.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPDigestAuth

from console.verbs import main
from services.collect.channels.webhook import Webhook, WebhookSettings
from services.collect.followup import FollowUp
from services.collect.intake import Intake
from services.collect.outbox import Courier
from services.collect.packaging import FOLDER, Packaging
from services.collect.rules import RuleRunner, read_rules
from services.collect.site import Site
from services.district.gateways import PATHS, Gateways
from services.district.http import HttpPart
from services.district.part import Faults
from services.district.viid_picture import drawn
from services.domain.alert import Action, Alert, AlertLevel, Command, Step, Work
from services.domain.case_transfer import AcceptTransfer, AskPackage, ReportResult, SendTransfer
from services.domain.case_transfer import State as Sent
from services.domain.deed import Wish
from services.domain.followup_terms import TERMS
from services.domain.inspection_notice import InspectionNotice, IssueNotice, State
from services.domain.notice import Occasion, Route
from services.domain.officer import Officer, Role
from services.domain.reasons import ResultCode
from services.domain.timebase import SHANGHAI, local
from services.receivers.viid import ViidReceiver
from services.sources.registers import results
from services.store.images import Images
from services.store.store import Store
from tests.system.turned_clock import Clock

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

START = datetime(2026, 11, 23, 14, 29, 7, tzinfo=SHANGHAI)
BODY = Path(__file__).parents[1] / "recorded" / "viid" / "exhaust.json"
RULES = Path(__file__).parents[2] / "resources" / "rules"
PLATE, DEVICE = "浙J7M35X", "33100200001190000012"
LOGIN = {"username": "jiaojiang", "password": "demo-only", "realm": "viid"}
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
WU = Officer("wu", "吴洁", Role.DEPT_LIAISON, department="生态环境")
ROUTES = (
    Route("sms", (Occasion.OWNER_TOLD,)),
    Route("ecology", (Occasion.CASE_LATE, Occasion.LATE, Occasion.TRANSFERRED), department="生态环境"),
)


@dataclass
class Story:
    store: Store
    site: Site
    clock: Clock
    port: int
    gateways: Gateways
    couriers: tuple[Courier, ...]
    images: Images
    department: list[str]  # the types of what it was told
    sent: int = 0

    def turn(self, **span: float) -> None:
        """Let time pass, and happen what comes by itself."""
        self.clock.moment += timedelta(**span)
        while self.store.expire(self.clock.now()):
            pass
        self.collect()

    def collect(self) -> None:
        now = self.clock.now()
        Packaging(self.store, self.site, self.images.path).tick(now)
        for courier in self.couriers:
            courier.send_due(self.clock.now, threading.Event())
        FollowUp(self.store, TERMS).tick(now)

    def drive_past(self, opacity: float) -> None:
        """One push of the camera on 椒江二桥, with its picture."""
        self.sent += 1
        body = json.loads(BODY.read_bytes())
        (vehicle,) = body["MotorVehicleListObject"]["MotorVehicleObject"]
        vehicle["MotorVehicleID"] = vehicle["MotorVehicleID"][:-5] + f"{self.sent:05d}"
        vehicle["PassTime"] = f"{local(self.clock.now() - timedelta(seconds=2)):%Y%m%d%H%M%S}"
        vehicle["EmissionObject"] |= {"Opacity": opacity, "Ringelmann": 0}
        data = base64.b64encode(drawn("H31", "2", "6", 5)).decode()
        picture = {"ImageID": f"{self.sent}", "Type": "01", "FileFormat": "Png", "Data": data}
        vehicle["SubImageList"] = {"SubImageInfoObject": [picture]}
        with requests.Session() as camera:
            camera.trust_env = False
            camera.headers["User-Identify"] = DEVICE
            url, auth = f"http://127.0.0.1:{self.port}", HTTPDigestAuth(LOGIN["username"], LOGIN["password"])
            register = {"RegisterObject": {"DeviceID": DEVICE}}
            assert camera.post(f"{url}/VIID/System/Register", json=register, auth=auth, timeout=9).ok
            answer = camera.post(f"{url}/VIID/MotorVehicles", data=json.dumps(body).encode(), timeout=9)
        (status,) = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
        assert status["StatusCode"] == 0

    def alert(self, rule: str) -> Alert:
        return next(one for one in self.store.snapshot("alerts", self.clock.now()).records if one.rule_id == rule)

    def do(self, alert: Alert, action: Action, officer: Officer = WANG, **said: Any) -> Alert:
        command = Command(alert.id, action, self.alert(alert.rule_id).version, **said)
        outcome = self.store.perform(command, officer, self.clock.now())
        assert outcome.done, outcome.refusal
        return outcome.alert

    def wish(self, wish: Wish, officer: Officer = WANG) -> Any:
        outcome = self.store.perform(wish, officer, self.clock.now())
        assert outcome.done, outcome.refusal
        return outcome.case

    def notice(self) -> InspectionNotice:
        (notice,) = self.store.cases("inspection_notice")
        return notice

    def reported(self, *, passed: bool) -> None:
        """As the station's own register answers."""
        told = {"id": f"FJ{self.sent:04d}", "plate": PLATE, "station": "椒江机动车检测站", "passed": passed}
        moment = local(self.clock.now() - timedelta(minutes=5)).isoformat()
        answer = {"since": "", "results": [{**told, "inspected_at": moment, "text": "不透光度 12.4 %"}]}
        self.store.take(results(answer, self.clock.now()), "reinspections", self.clock.now())
        self.collect()


@pytest.fixture
def story(store: Store, tmp_path: Path) -> Iterator[Story]:
    clock: Any = Clock(START, START)
    wanted = {"R-CKP-01", "R-CKP-02"}
    store.use_rules(RuleRunner([rule for rule in read_rules(RULES) if rule.id in wanted], budget=None))
    store.use_outbox(ROUTES, clock.now())
    images, gateways = Images(tmp_path / "images", now=clock.now), Gateways()
    heard: list[str] = []
    posts = {PATHS["sms"]: gateways.message, "/ecology": lambda _, event: heard.append(event["type"])}
    out = HttpPart("gateways", "127.0.0.1", 0, {}, Faults(), posts=posts)
    out.start()
    hooks = [WebhookSettings(name, f"http://127.0.0.1:{out.port}/{name}") for name in ("sms", "ecology")]
    couriers = tuple(Courier(store, Webhook(hook)) for hook in hooks)
    intake = Intake(store, clock)
    intake.start()
    receiver = ViidReceiver({"host": "127.0.0.1", "port": 0, **LOGIN}, store, intake, clock, images=images)
    receiver.start()
    yield Story(store, Site(folder=tmp_path), clock, receiver.port, gateways, couriers, images, heard)
    receiver.stop()
    intake.stop()
    for courier in couriers:
        courier.close()
    out.stop()


def found_and_verified(story: Story) -> Alert:
    story.drive_past(38.2)
    alert = story.alert("R-CKP-01")
    assert (alert.level, alert.department) == (AlertLevel.YELLOW, "生态环境")
    assert f"vehicle:{PLATE}" in alert.links
    story.do(alert, Action.SIGN)
    return story.do(alert, Action.VERIFY)


def told(story: Story, alert: Alert) -> InspectionNotice:
    story.wish(IssueNotice(alert_id=alert.id, owner="陈先生", phone="13812345678"))
    story.collect()
    return story.notice()


def test_that_the_owner_is_told_the_truck_inspected_and_the_case_archived(story, tmp_path, capsys):
    alert = found_and_verified(story)
    notice = told(story, alert)
    assert "请于2026年12月23日前到车管所或检测站检验" in notice.text
    assert story.gateways.shown({})["messages"] == 1
    assert notice.sending == "短信已发 11-23 14:29"
    running = story.alert("R-CKP-01").running
    assert (running.step, running.due_at) == (Step.FEEDBACK, notice.due_at)

    case = story.wish(AskPackage(alert_id=alert.id, department="生态环境"))
    story.collect()
    (case,) = story.store.cases("case_transfer")
    assert (case.state, case.lacking) == (Sent.READY, ())
    assert any(one.name.startswith("images/") for one in case.exhibits)
    package, key = tmp_path / FOLDER / f"{case.sha256}.zip", tmp_path / FOLDER / "evidence.pub"
    assert main(["verify-evidence", str(package), "--key", str(key)]) == 0
    assert "核验通过" in capsys.readouterr().out

    story.turn(days=9)
    story.reported(passed=True)
    assert story.notice().state is State.PASSED
    alert = story.alert("R-CKP-01")
    assert alert.work is Work.FEEDBACK
    assert "复检合格 · 椒江机动车检测站" in alert.notes[-1].text
    story.do(alert, Action.REVIEW)
    story.do(alert, Action.CLOSE, text="复检合格")
    assert story.do(alert, Action.ARCHIVE).work is Work.ARCHIVED
    story.collect()
    assert story.store.cases("case_transfer")[0].state is Sent.WITHDRAWN  # nobody needed to be sent it

    assert story.store.verify_chain() is None
    shown = story.store.alert(alert.id), story.store.cases("inspection_notice")
    story.store.rebuild()
    assert (story.store.alert(alert.id), story.store.cases("inspection_notice")) == shown


def test_that_a_second_exceedance_while_the_notice_runs_goes_to_the_department_with_the_evidence(story):
    first = found_and_verified(story)
    told(story, first)
    story.turn(days=5)
    story.drive_past(41.0)
    again = story.alert("R-CKP-02")
    story.collect()
    assert again.level is AlertLevel.ORANGE
    assert again.id in story.notice().further
    assert any(again.id in note.text for note in story.alert("R-CKP-01").notes)

    story.do(again, Action.SIGN)
    story.do(again, Action.VERIFY)
    case = story.wish(AskPackage(alert_id=again.id, department="生态环境"))
    story.collect()
    case = next(one for one in story.store.cases("case_transfer") if one.id == case.id)
    about = {"case_id": case.id, "expected_version": case.version}
    case = story.wish(SendTransfer(**about, text="重复超标，请依法处理"))
    story.turn(minutes=40)
    assert [one.rpartition(".")[2] for one in story.department] == ["transferred"]
    case = story.wish(AcceptTransfer(case_id=case.id, expected_version=case.version), WU)
    story.turn(days=2)
    done = {"result": ResultCode.DONE, "text": "已立案", "document": "台椒环罚〔2026〕31 号"}
    story.wish(ReportResult(case_id=case.id, expected_version=case.version, **done), WU)
    again = story.alert("R-CKP-02")
    assert again.work is Work.FEEDBACK
    story.do(again, Action.REVIEW)
    assert story.do(again, Action.CLOSE, LI, text="已移送处理").work is Work.CLOSED
    assert story.notice().is_open  # the first one still waits for its re-inspection


def test_that_a_missed_deadline_escalates_and_the_department_is_told(story):
    alert = found_and_verified(story)
    notice = told(story, alert)
    story.turn(days=29)
    assert not story.alert("R-CKP-01").escalated
    assert story.department == []
    story.turn(days=2)
    assert story.notice().overdue_at == notice.due_at
    assert story.alert("R-CKP-01").escalated
    assert {one.rpartition(".")[2] for one in story.department} == {"late", "case_late"}
    assert len(story.department) == 2
    story.reported(passed=True)
    assert story.alert("R-CKP-01").work is Work.FEEDBACK
