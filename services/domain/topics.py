"""Every topic a pane may show, and the type of its records."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.account import Account
from services.domain.alert import Alert
from services.domain.anchor import Anchor
from services.domain.audit import AuditEntry
from services.domain.away import Away
from services.domain.backtest import BackTest
from services.domain.beidou import FixBlock
from services.domain.boat_activity import ActivityBlock, HandedInLedger
from services.domain.boats import (
    CollectionVessel,
    FishingBoat,
    FleetPlan,
    HandInLimits,
    HandInRequest,
    Proposal,
    SeaWeather,
    Warehouse,
)
from services.domain.calibration import Calibration
from services.domain.case_transfer import CaseTransfer
from services.domain.certificates import Certificate
from services.domain.checkpoint_statistics import CheckpointStatistics
from services.domain.colour_code import BoatCode
from services.domain.community import (
    DisputeSummary,
    EagleEye,
    Elder,
    FireRow,
    PartySummary,
    PopulationSummary,
    RegisterSamples,
    RentalSummary,
    UtilitySummary,
)
from services.domain.community_told import CameraEvent
from services.domain.consent import Consent
from services.domain.contacts import Contact
from services.domain.control_rules import ControlRules
from services.domain.custody_state import CustodyHead
from services.domain.discharge_case import DischargeFinding
from services.domain.discharge_witness import FilmReport, TankCheck
from services.domain.dispatch_plan import DispatchPlan, OverrideStatistics, PlanOffer
from services.domain.dispatch_settings import DispatchTerms
from services.domain.dispute_row import FiledDispute
from services.domain.duty_log import LogNote
from services.domain.elder_call import ElderCall
from services.domain.elder_contact import ElderContact, FiledConsent
from services.domain.elder_terms import ElderTerms
from services.domain.estate_ground import EstateGround
from services.domain.estates import Building, Estate
from services.domain.execution_state import ExecutionState
from services.domain.fences import Fence
from services.domain.figures import Figure, Series
from services.domain.fire import FireDevice
from services.domain.fire_terms import FireTerms
from services.domain.fleet import Fleet
from services.domain.flood_log import FloodCase
from services.domain.floor_candidate import FloorCandidate, SeenCandidates
from services.domain.followup_terms import FollowUpTerms
from services.domain.handover import Handover
from services.domain.import_report import ImportReport
from services.domain.inspection_notice import InspectionNotice
from services.domain.intercept_window import InterceptionWindow
from services.domain.interception_case import Interception
from services.domain.let_room import LetRoom
from services.domain.let_watch import LetFigures
from services.domain.log_line import LogLine
from services.domain.manifest import Manifest
from services.domain.mediation import Mediation
from services.domain.mediation_terms import MediationTerms
from services.domain.meter_findings import MeterFinding, ProtectedSupply
from services.domain.moratorium import Moratorium
from services.domain.noise import NoiseCounts
from services.domain.notice import Notice, Route
from services.domain.party import PartyBranch
from services.domain.passage import Checkpoint, CheckpointPlace, DepartmentRow, DeviceHealth, FlowHour, Passage
from services.domain.performance import Performance
from services.domain.plan_ask_case import PlanAsk, WhatIf
from services.domain.plan_run import PlanRun
from services.domain.platform import Disposition, OurSubscription, Platform
from services.domain.points import CreditApplication, PointsSummary
from services.domain.points_case import PointsAccount
from services.domain.points_terms import PointsTerms
from services.domain.position import DoubtedBoat, FeedHealth
from services.domain.promise import Promise
from services.domain.recognition import CameraHealth
from services.domain.rectification import Rectification
from services.domain.register import (
    InspectionRegister,
    OffenceRegister,
    PermitRegister,
    RegisterHealth,
    ScrappedRegister,
    VehicleRegister,
)
from services.domain.release import Release
from services.domain.rental_check import RentalCheck
from services.domain.rental_terms import RentalTerms
from services.domain.report_form import EventReport
from services.domain.residence import Residence
from services.domain.response_plan import ResponsePlan
from services.domain.road_text import RoadText
from services.domain.roster import DutyShift, Swap
from services.domain.rule_book import RuleEntry
from services.domain.rule_health import RuleHealth
from services.domain.sea_day import SeaDay
from services.domain.sea_safety import RecallRow, SeaSafety, SilentBoat
from services.domain.sea_ways import SeaWays
from services.domain.service_window import ServiceWindow
from services.domain.snapshot import SourceStatus
from services.domain.stay import FiledStay, Stay
from services.domain.units import Unit
from services.domain.view_library import Camera, Lane, PoliceOrder, Subscription
from services.domain.visit import Visit
from services.domain.watch_order import WatchOrder
from services.domain.watchlist import WatchlistEntry
from services.domain.yardstick import Yardstick

TOPICS: dict[str, type] = {
    "alerts": Alert,  # open ones and those closed in the last 24 h; kept by the case log, not by a source
    "sources": SourceStatus,  # kept by the store
    "accounts": Account,  # of the account stream; for administrators
    "audit": AuditEntry,  # of the audit stream, the last 7 days; for the audit administrator
    "noise": NoiseCounts,  # one record: what noise control keeps from being told singly
    "floods": FloodCase,
    "service_windows": ServiceWindow,  # what is out of service
    "roster": DutyShift,  # the last shift, this one and those of the next seven days
    "swaps": Swap,
    "handovers": Handover,
    "promises": Promise,
    "duty_notes": LogNote,  # manual lines of the duty log; instructions until they are settled
    "duty_log": LogLine,  # the newest 300 entries of the case log, newest first
    "contacts": Contact,
    "plans": ResponsePlan,
    "plan_runs": PlanRun,
    "reports": EventReport,
    "chain_head": Anchor,  # one record: the end of the case log
    "outbox": Notice,  # the newest 200, newest first
    "outbox_figures": Figure,  # how many notices wait, were sent, withdrawn, …
    "outbox_routes": Route,  # which notices go where; the store reads them at every happening
    "watchlist": WatchlistEntry,  # of the police's own feed; R-CKP-08 looks for these and for active orders
    "watch_orders": WatchOrder,  # of the watch_order stream: open ones and those that ended in the last 7 days
    "control_rules": ControlRules,  # one record: what a site sets for orders and searches
    "fleet": Fleet,  # one blob: every position, newest per vessel
    "estates": Estate,
    "buildings": Building,
    "estate_ground": EstateGround,  # one an estate, and one of the streets between them
    "population": PopulationSummary,  # one record
    "rentals": RentalSummary,  # one record
    "register_samples": RegisterSamples,  # one record: registrations checked at the door
    "let_rooms": LetRoom,  # the register of lets
    "filed_stays": FiledStay,  # what landlords reported, the last 30 days
    "rental_terms": RentalTerms,  # one record: what a site sets for lets, checks and verifications
    "stays": Stay,  # who moved in and out: open ones and those of the last 30 days
    "let_figures": LetFigures,  # one record: how they stand
    "rental_checks": RentalCheck,
    "residences": Residence,  # verifications of residence
    "disputes": DisputeSummary,  # one record
    "elders": Elder,  # the register with away notices, consent, chains and visits; kept by the collector
    "elder_register": Elder,  # as the community's system has them
    "elder_contacts": ElderContact,
    "elder_consents": FiledConsent,  # papers of the register
    "elder_terms": ElderTerms,  # one record: the settings of elder care in force
    "aways": Away,
    "elder_calls": ElderCall,
    "visits": Visit,
    "consents": Consent,
    "fire": FireRow,
    "fire_devices": FireDevice,
    "fire_terms": FireTerms,  # one record: the time limits in force
    "rectifications": Rectification,  # open ones and those of the last 31 days
    "floor_candidates": FloorCandidate,  # for officers who verify, see scope.py
    "eye_candidates": SeenCandidates,  # as polled, for the collector alone
    "rectify_figures": Figure,
    "eye_events": CameraEvent,  # of cameras, the last seven days, newest first
    "water": Series,  # one record: today's half-hours and their 7-day band
    "power": Series,
    "gas": Series,
    "utilities": UtilitySummary,  # one record
    "silent_meters": MeterFinding,  # those that are silent or marked by their system, the longest silent first
    "meter_marks": MeterFinding,  # new meters, counters that rolled over or jumped: the last seven days
    "protected_supply": ProtectedSupply,  # one a building
    "eagle_eye": EagleEye,  # one record
    "pushed_eye": EagleEye,  # one record: of cameras that push to us
    "party": PartySummary,  # one record
    "party_branches": PartyBranch,
    "filed_disputes": FiledDispute,  # the community's rows as polled; the keeper makes deeds of them
    "mediations": Mediation,  # of the mediation stream: open ones and those changed in the last 30 days
    "mediation_terms": MediationTerms,  # one record: the limits in force
    "mediation_figures": Figure,
    "community_figures": Figure,  # the KPI strip
    "import_reports": ImportReport,  # the newest of every source, newest first
    "checkpoint_places": CheckpointPlace,  # the directory
    "viid_platforms": Platform,  # the view library above us
    "subscriptions": OurSubscription,  # what we asked it to send us
    "dispositions": Disposition,  # what it was told of each watch order; no plate in it
    "pushed_places": CheckpointPlace,  # those that other view libraries told us of, see docs/viid.md
    "pushed_cameras": Camera,
    "pushed_lanes": Lane,
    "subscriptions_to_us": Subscription,
    "police_orders": PoliceOrder,
    "registers": RegisterHealth,  # how old each of the next ten is, and which rules wait for it
    "vehicle_register": VehicleRegister,  # one record each: a department's list as it stood at one moment
    "inspection_register": InspectionRegister,
    "scrapped_register": ScrappedRegister,
    "offence_register": OffenceRegister,
    "hazmat_permits": PermitRegister,
    "muck_permits": PermitRegister,
    "cold_chain_filings": PermitRegister,
    "livestock_certificates": PermitRegister,
    "clinical_waste_manifests": PermitRegister,
    "operating_permits": PermitRegister,
    "flow_history": FlowHour,  # 24 records: what usually passes in each hour
    "checkpoints": Checkpoint,
    "passages": Passage,  # a window: the newest 200, newest first
    "checkpoint_figures": Figure,
    "checkpoint_statistics": CheckpointStatistics,  # one record
    "departments": DepartmentRow,
    "passage_rate": Series,  # one record: bars of the last 90 s
    "passage_flow": Series,  # one record: today by the hour with its 28-day band
    "device_health": DeviceHealth,  # one record
    "cameras": CameraHealth,  # every camera of a checkpoint: does it speak, read and keep time
    "units": Unit,  # patrols on the road
    "interception_windows": InterceptionWindow,  # one an alert about a vehicle to be met on its way
    "interceptions": Interception,
    "calibration": Calibration,  # one record: how well next checkpoints and arrivals were foretold
    "inspection_notices": InspectionNotice,  # open ones and those of the last 30 days
    "case_transfers": CaseTransfer,
    "road_texts": RoadText,
    "followup_terms": FollowUpTerms,  # one record: the deadlines in force
    "followup_figures": Figure,
    "boat_register": FishingBoat,
    "platform_fixes": FixBlock,  # one record: of a JT/T 808 platform
    "position_feeds": FeedHealth,  # every feed of positions with what its filters found
    "silent_boats": SilentBoat,  # the longest silent first
    "recall_list": RecallRow,  # the 200 farthest
    "sea_safety": SeaSafety,  # one record
    "moratorium": Moratorium,  # one record: this year's table, or none
    "fences": Fence,  # ports, closed water, poor reception
    "doubted_boats": DoubtedBoat,  # on land, or two with one MMSI: kept out of the rules of the sea
    "beidou_fixes": FixBlock,  # one record: the newest Beidou fix of every boat, as columns
    "collection_vessels": CollectionVessel,
    "hand_in_requests": HandInRequest,  # of the hand_in stream: open ones and those changed in the last 4 days
    "filed_hand_ins": HandInRequest,  # the bureau's rows as polled; the keeper makes deeds of them
    "hand_in_limits": HandInLimits,  # one record: the time limits in force
    "warehouses": Warehouse,
    "manifests": Manifest,  # of every hand-in that was weighed, opened last first
    "store_trends": Series,  # one a compartment: the last week by the hour
    "custody_head": CustodyHead,  # one record: how the custody log stands
    "sea_weather": SeaWeather,
    "boat_figures": Figure,
    "fleet_plans": FleetPlan,
    "proposals": Proposal,
    "dispatch_plan": DispatchPlan,  # the plan in force and those of the last two days
    "plan_offers": PlanOffer,  # of the newest planning: at once, few changes, best
    "plan_asks": PlanAsk,
    "what_ifs": WhatIf,  # the newest ten
    "execution": ExecutionState,  # one a collection vessel
    "sea_ways": SeaWays,  # one record: how far over water between the places of the day
    "override_statistics": OverrideStatistics,  # one record
    "dispatch_terms": DispatchTerms,  # one record: the settings in force and the vessels not to be counted on
    "boat_activity": ActivityBlock,  # one record: hours under way and heard, boat by boat and day by day
    "hand_in_ledger": HandedInLedger,  # one record: the bureau's book of past hand-ins
    "certificates": Certificate,  # those the bureau tells of; licences of collection vessels are in their own topic
    "film_reports": FilmReport,
    "tank_checks": TankCheck,
    "boat_codes": BoatCode,  # every boat's colour code and blind-spot score, once activity is known
    "discharge_findings": DischargeFinding,  # of the finding stream: open ones and those of the last 30 days
    "sea_figures": Figure,  # fleet, warehouses and the boats' standing
    "sea_days": SeaDay,  # today so far, and yesterday as it was last added up
    "points_accounts": PointsAccount,  # of the points stream, one a boat
    "points_terms": PointsTerms,  # one record: what a hand-in earns and what points buy
    "points_summary": PointsSummary,  # one record: what the accounts add up to
    "credit_applications": CreditApplication,  # as the bank tells them
    "rule_health": RuleHealth,  # whether each rule runs, how often it spoke today, what was held back
    "alarm_performance": Performance,  # one record a period: today, this shift, 24 h, 7 d, 30 d
    "releases": Release,  # of the rule stream
    "rule_book": RuleEntry,  # every rule as it runs, with its figures
    "backtests": BackTest,  # the newest back-test of each version
    "yardstick": Yardstick,  # one record: what they are measured against
}

# Whose each topic is: one scene's id; "" for everybody at work; "*" for what adds up all scenes, places
# and departments, and so is only for officers without limits.
_OF_SCENE: Mapping[str, tuple[str, ...]] = {
    "": (
        *("alerts", "sources", "sea_weather", "accounts", "audit"),
        *("roster", "swaps", "contacts", "plans", "chain_head", "outbox_routes"),
        *("watch_orders", "control_rules"),
    ),
    "community": (
        *("estate_ground", "import_reports"),
        *("estates", "buildings", "population", "rentals", "disputes", "elders", "fire", "water", "power", "gas"),
        *("elder_register", "elder_contacts", "elder_consents", "elder_terms"),
        *("aways", "elder_calls", "visits", "consents"),
        *("fire_devices", "fire_terms", "rectifications", "floor_candidates", "eye_candidates", "eye_events"),
        "rectify_figures",
        *("silent_meters", "meter_marks", "protected_supply"),
        *("utilities", "eagle_eye", "pushed_eye", "party", "register_samples", "community_figures"),
        *("let_rooms", "filed_stays", "rental_terms", "stays", "rental_checks", "residences", "let_figures"),
        *("party_branches", "filed_disputes", "mediations", "mediation_terms", "mediation_figures"),
    ),
    "checkpoints": (
        *("viid_platforms", "subscriptions", "dispositions"),
        *("watchlist", "checkpoint_places", "flow_history", "checkpoints", "passages", "checkpoint_figures"),
        *("pushed_places", "pushed_cameras", "pushed_lanes"),
        *("inspection_notices", "case_transfers", "road_texts", "followup_terms", "followup_figures"),
        *("passage_rate", "passage_flow", "device_health", "checkpoint_statistics", "registers", "cameras"),
        *("units", "interception_windows", "interceptions", "calibration"),
    ),
    "boats": (
        *("manifests", "custody_head", "store_trends"),
        *("platform_fixes", "position_feeds", "doubted_boats", "silent_boats", "recall_list", "sea_safety"),
        *("moratorium", "fences"),
        *("fleet", "boat_register", "beidou_fixes", "collection_vessels", "hand_in_requests", "warehouses"),
        *("filed_hand_ins", "hand_in_limits"),
        *("boat_figures", "fleet_plans", "proposals"),
        *("points_accounts", "points_terms", "points_summary", "credit_applications"),
        *("boat_activity", "hand_in_ledger", "certificates", "film_reports", "tank_checks", "boat_codes"),
        *("discharge_findings", "sea_figures", "sea_days"),
        *("dispatch_plan", "plan_offers", "plan_asks", "what_ifs", "execution", "sea_ways", "override_statistics"),
        *("dispatch_terms",),
    ),
    "*": (
        *("subscriptions_to_us", "police_orders"),
        *("departments", "noise", "floods", "service_windows", "outbox", "outbox_figures"),
        *("handovers", "promises", "duty_notes", "duty_log", "plan_runs", "alarm_performance", "yardstick"),
        *("rule_book", "rule_health", "releases", "backtests", "reports"),
        *("vehicle_register", "inspection_register", "scrapped_register", "offence_register", "hazmat_permits"),
        *("muck_permits", "cold_chain_filings", "livestock_certificates", "clinical_waste_manifests"),
        *("operating_permits",),
    ),
}
TOPIC_SCENES: Mapping[str, str] = {topic: scene for scene, topics in _OF_SCENE.items() for topic in topics}


def scene_of_topic(topic: str) -> str:
    """What nobody has placed is for officers without limits only."""
    return TOPIC_SCENES.get(topic, "*")
