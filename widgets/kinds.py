"""Every kind of pane a scene may name: one line a kind, one file a kind."""

from __future__ import annotations

from widgets.address_tree import AddressTreePane
from widgets.alerts import AlertsPane
from widgets.bars import BarsPane
from widgets.boat_figures import BoatFiguresPane
from widgets.calibration import CalibrationPane
from widgets.cameras import CamerasPane
from widgets.card import AlertCard
from widgets.care_aways import CareAwaysPane
from widgets.care_chains import CareChainsPane
from widgets.care_consents import CareConsentsPane
from widgets.care_elders import CareEldersPane
from widgets.care_visits import CareVisitsPane
from widgets.chart import ChartPane
from widgets.checkpoint_map import CheckpointMapPane
from widgets.checkpoint_statistics import CheckpointStatisticsPane
from widgets.control_orders import ControlOrdersPane
from widgets.control_search import ControlSearchPane
from widgets.control_trace import ControlTracePane
from widgets.custody_chain import CustodyChainPane
from widgets.departments import DepartmentsPane
from widgets.devices import DevicesPane
from widgets.disputes import DisputesPane
from widgets.district_map import DistrictMapPane
from widgets.duty_contacts import DutyContactsPane
from widgets.duty_log import DutyLogPane
from widgets.duty_plans import DutyPlansPane
from widgets.duty_promises import DutyPromisesPane
from widgets.duty_reports import DutyReportsPane
from widgets.duty_roster import DutyRosterPane
from widgets.duty_sheet import DutySheetPane
from widgets.duty_swaps import DutySwapsPane
from widgets.eagle_eye import EagleEyePane
from widgets.elders import EldersPane
from widgets.estate_map import EstateMapPane
from widgets.eye_events import EyeEventsPane
from widgets.figures import FiguresPane
from widgets.findings_pane import FindingsPane
from widgets.fire import FirePane
from widgets.fire_devices import FireDevicesPane
from widgets.fleet_rows import FleetRowsPane
from widgets.followup_evidence import FollowUpEvidencePane
from widgets.followup_notices import FollowUpNoticesPane
from widgets.followup_texts import FollowUpTextsPane
from widgets.followup_transfers import FollowUpTransfersPane
from widgets.gantt import GanttPane
from widgets.import_reports import ImportReportsPane
from widgets.manifests import ManifestsPane
from widgets.mediation_funnel import MediationFunnelPane
from widgets.mediation_list import MediationListPane
from widgets.mediation_timeline import MediationTimelinePane
from widgets.moratorium import MoratoriumPane
from widgets.outbox_pane import OutboxPane
from widgets.overdue_boats import OverdueBoatsPane
from widgets.pane import Pane
from widgets.party import PartyPane
from widgets.party_branches import PartyBranchesPane
from widgets.performance_bothers import PerformanceBothersPane
from widgets.performance_chooser import PerformancePeriodPane
from widgets.performance_figures import PerformanceFiguresPane
from widgets.performance_floods import PerformanceFloodsPane
from widgets.performance_mix import PerformanceMixPane
from widgets.performance_precision import PerformancePrecisionPane
from widgets.performance_rate import PerformanceRatePane
from widgets.performance_times import PerformanceTimesPane
from widgets.performance_tops import PerformanceTopsPane
from widgets.platform_pane import PlatformPane
from widgets.points_pane import PointsPane
from widgets.population import PopulationPane
from widgets.position_feeds import DoubtedBoatsPane, PositionFeedsPane
from widgets.proposal import ProposalPane
from widgets.queue_counters import QueueCountersPane
from widgets.recall_list import RecallListPane
from widgets.rectifications import RectificationsPane
from widgets.registers_pane import RegistersPane
from widgets.rental_checks import RentalChecksPane
from widgets.rentals import RentalsPane
from widgets.request_queue import RequestQueuePane
from widgets.rule_days import RuleDaysPane
from widgets.rule_edit import RuleEditPane
from widgets.rule_head import RuleHeadPane
from widgets.rule_list import RuleListPane
from widgets.rule_lost import RuleLostPane
from widgets.rule_scan import RuleScanPane
from widgets.rule_steps import RuleStepsPane
from widgets.sea_map import SeaMapPane
from widgets.sea_wind import SeaWindPane
from widgets.section import SectionPane
from widgets.silent_boats import SilentBoatsPane
from widgets.stay_desk import StayDeskPane
from widgets.store_trend import StoreTrendPane
from widgets.stream import StreamPane
from widgets.subject_card import SubjectCardPane
from widgets.subject_movement import SubjectMovementPane
from widgets.systems import SystemsPane
from widgets.table import TablePane
from widgets.utilities import UtilitiesPane
from widgets.warehouse import WarehousePane

KINDS: dict[str, type[Pane]] = {
    "address_tree": AddressTreePane,
    "alerts": AlertsPane,
    "bars": BarsPane,
    "card": AlertCard,
    "chart": ChartPane,
    "district_map": DistrictMapPane,
    "figures": FiguresPane,
    "subject_card": SubjectCardPane,
    "subject_movement": SubjectMovementPane,
    "systems": SystemsPane,
    "table": TablePane,
    "care_aways": CareAwaysPane,
    "care_chains": CareChainsPane,
    "care_consents": CareConsentsPane,
    "care_elders": CareEldersPane,
    "care_visits": CareVisitsPane,
    "disputes": DisputesPane,
    "duty_contacts": DutyContactsPane,
    "duty_log": DutyLogPane,
    "duty_plans": DutyPlansPane,
    "duty_promises": DutyPromisesPane,
    "duty_reports": DutyReportsPane,
    "duty_roster": DutyRosterPane,
    "duty_sheet": DutySheetPane,
    "duty_swaps": DutySwapsPane,
    "eagle_eye": EagleEyePane,
    "elders": EldersPane,
    "estate_map": EstateMapPane,
    "fire": FirePane,
    "outbox": OutboxPane,
    "party": PartyPane,
    "party_branches": PartyBranchesPane,
    "mediation_funnel": MediationFunnelPane,
    "mediation_list": MediationListPane,
    "mediation_timeline": MediationTimelinePane,
    "platform": PlatformPane,
    "population": PopulationPane,
    "registers": RegistersPane,
    "rental_checks": RentalChecksPane,
    "rentals": RentalsPane,
    "section": SectionPane,
    "stay_desk": StayDeskPane,
    "utilities": UtilitiesPane,
    "cameras": CamerasPane,
    "calibration": CalibrationPane,
    "checkpoint_map": CheckpointMapPane,
    "checkpoint_statistics": CheckpointStatisticsPane,
    "control_orders": ControlOrdersPane,
    "control_search": ControlSearchPane,
    "control_trace": ControlTracePane,
    "custody_chain": CustodyChainPane,
    "departments": DepartmentsPane,
    "devices": DevicesPane,
    "stream": StreamPane,
    "fleet_rows": FleetRowsPane,
    "eye_events": EyeEventsPane,
    "fire_devices": FireDevicesPane,
    "rectifications": RectificationsPane,
    "followup_evidence": FollowUpEvidencePane,
    "followup_notices": FollowUpNoticesPane,
    "followup_texts": FollowUpTextsPane,
    "followup_transfers": FollowUpTransfersPane,
    "boat_figures": BoatFiguresPane,
    "import_reports": ImportReportsPane,
    "gantt": GanttPane,
    "discharge_findings": FindingsPane,
    "overdue_boats": OverdueBoatsPane,
    "points": PointsPane,
    "manifests": ManifestsPane,
    "proposal": ProposalPane,
    "store_trend": StoreTrendPane,
    "queue_counters": QueueCountersPane,
    "request_queue": RequestQueuePane,
    "sea_map": SeaMapPane,
    "sea_wind": SeaWindPane,
    "silent_boats": SilentBoatsPane,
    "recall_list": RecallListPane,
    "moratorium": MoratoriumPane,
    "position_feeds": PositionFeedsPane,
    "doubted_boats": DoubtedBoatsPane,
    "warehouse": WarehousePane,
    "performance_bothers": PerformanceBothersPane,
    "performance_figures": PerformanceFiguresPane,
    "performance_floods": PerformanceFloodsPane,
    "performance_mix": PerformanceMixPane,
    "performance_period": PerformancePeriodPane,
    "performance_precision": PerformancePrecisionPane,
    "performance_rate": PerformanceRatePane,
    "performance_times": PerformanceTimesPane,
    "performance_tops": PerformanceTopsPane,
    "rule_days": RuleDaysPane,
    "rule_edit": RuleEditPane,
    "rule_head": RuleHeadPane,
    "rule_list": RuleListPane,
    "rule_lost": RuleLostPane,
    "rule_scan": RuleScanPane,
    "rule_steps": RuleStepsPane,
}
