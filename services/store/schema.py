"""Every table of the store, and which record fills which table of events.

Rows are numbered by ``counter`` under the writers' lock, so numbers are given in commit order: a
reader that has seen a number has seen every smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Double, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.types import BigInteger

from services.domain.alert import Ack, AlertLevel, Work
from services.domain.boat_marks import BoatCodeTurned, CertificateDue, DischargeFindingMoved, PointsPosted
from services.domain.boats import HandInFiled, HandInProgress, WarehouseLevel
from services.domain.community_told import CameraEvent, GatePassage, MeterReading
from services.domain.custody_events import CustodyCheck, ManifestStage, MassBalance
from services.domain.dispute_events import DisputeFiled, DisputeMoved, PartyActivityDue
from services.domain.elder_events import ElderActivity, ElderCallTold, ElderDevice, ElderVisitState
from services.domain.execution_events import VesselExecution
from services.domain.fire import CameraState, FireDeviceReport, RoofChange
from services.domain.meter_events import BuildingOutage, GasFlow, GasReading, NightFlow, PowerHour
from services.domain.passage import (
    CheckpointState,
    ConvoyFound,
    DispositionHit,
    Passage,
    PersonEvent,
    Reinspection,
)
from services.domain.people_events import DwellingState, PoliceMatch, RegistrationDue, RentalState, StayMoved
from services.domain.sea_events import BoatAtSea, BoatSilence, Encounter, FenceCrossing, GaleRecall
from services.domain.snapshot import Quality
from services.store.columns import Day, Field, Moment, Number, Worded, record_fields
from services.store.register_tables import identity_keys, register_tables

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"})

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# The newest number of each topic, not one row a change: a reader needs no more, and it never grows.
change = Table(
    "change",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("at", Moment),  # district time, where the writer knew it
)

# ------------------------------------------------------------------------------------------- state

topic_state = Table(
    "topic_state",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# ``content`` moves only when a record did, so a reader need not decode what it already has.
topic_status = Table(
    "topic_status",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("taken_at", Moment),
    Column("content", BigInteger, nullable=False),
)

source_status = Table(
    "source_status",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("quality", Worded(Quality), nullable=False),
    Column("taken_at", Moment),
    Column("failing_since", Moment),
    Column("error", Text, nullable=False),
    Column("late_after_s", Double, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
)

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

fleet = Table(
    "fleet",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)

sample = Table(
    "sample",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("at", Moment, primary_key=True, index=True),
    Column("value", Double, nullable=False),
)

boat_track = Table(  # one boat and six hours, see domain/track.py
    "boat_track",
    metadata,
    Column("mmsi", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True, index=True),  # the end of the six hours
    Column("blob", LargeBinary, nullable=False),
)

# ------------------------------------------------------------------------------------------ events

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Index("uq_inbox_source_event_id", "source", "event_id", unique=True),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "source", "reason"),
)


@dataclass(frozen=True, slots=True)
class EventTable:
    """Where the events of one kind live. ``seq`` is the event's number in the inbox."""

    kind: str
    record: type
    table: Table
    fields: tuple[Field, ...]


EVENT_TABLES: dict[str, EventTable] = {}


def register_event_table(kind: str, record: type, indexes: Iterable[tuple[str, ...]] = ()) -> Table:
    """A table ``event_<kind>`` with a column for each field of ``record``, and ``occurred_at``
    (the event's moment) where the record has no field of that name."""
    columns = record_fields(record)
    own_moment = any(f.name == "occurred_at" for f in columns)
    table = Table(
        f"event_{kind}",
        metadata,
        Column("seq", Number, primary_key=True, autoincrement=False),
        *(() if own_moment else (Column("occurred_at", Moment, nullable=False),)),
        *(f.column for f in columns),
    )
    for names in indexes:
        Index(None, *(table.c[name] for name in names))
    EVENT_TABLES[kind] = EventTable(kind, record, table, columns)
    return table


register_event_table("hand_in_filed", HandInFiled, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("hand_in_progress", HandInProgress, [("request_id", "occurred_at"), ("occurred_at",)])
register_event_table("gate_passage", GatePassage, [("person_id", "occurred_at"), ("estate_id", "occurred_at")])
register_event_table("meter_reading", MeterReading, [("dwelling_id", "occurred_at"), ("meter_id", "occurred_at")])
register_event_table("camera_event", CameraEvent, [("occurred_at",)])
register_event_table("gas_reading", GasReading, [("meter_id", "occurred_at"), ("occurred_at",)])
register_event_table("gas_flow", GasFlow, [("meter_id", "occurred_at"), ("occurred_at",)])
register_event_table("power_hour", PowerHour, [("meter_id", "occurred_at"), ("occurred_at",)])
register_event_table("night_flow", NightFlow, [("estate_id", "occurred_at"), ("occurred_at",)])
register_event_table("building_outage", BuildingOutage, [("building_id", "occurred_at"), ("occurred_at",)])
register_event_table(
    "passage", Passage, [("occurred_at",), ("plate_no", "occurred_at"), ("checkpoint_id", "occurred_at")]
)
register_event_table("person_event", PersonEvent, [("occurred_at",)])
register_event_table("disposition_hit", DispositionHit, [("occurred_at",)])
register_event_table("checkpoint_state", CheckpointState, [("checkpoint_id", "occurred_at"), ("occurred_at",)])
register_event_table("convoy", ConvoyFound, [("occurred_at",)])
register_event_table("reinspection", Reinspection, [("plate_no", "occurred_at")])
register_event_table("warehouse_level", WarehouseLevel, [("warehouse_id", "occurred_at"), ("occurred_at",)])
register_event_table("boat_silence", BoatSilence, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("boat_at_sea", BoatAtSea, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("gale_recall", GaleRecall, [("occurred_at",)])
register_event_table("fence_crossing", FenceCrossing, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("encounter", Encounter, [("vessel_id", "occurred_at"), ("occurred_at",)])
register_event_table("boat_code", BoatCodeTurned, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("discharge_finding", DischargeFindingMoved, [("finding_id", "occurred_at"), ("occurred_at",)])
register_event_table("points_posted", PointsPosted, [("boat_id", "occurred_at"), ("occurred_at",)])
register_event_table("certificate", CertificateDue, [("holder_id", "occurred_at"), ("occurred_at",)])

register_event_table("mass_balance", MassBalance, [("manifest", "occurred_at"), ("occurred_at",)])
register_event_table("manifest_stage", ManifestStage, [("manifest", "occurred_at"), ("occurred_at",)])
register_event_table("custody_check", CustodyCheck, [("occurred_at",)])
register_event_table("dwelling_state", DwellingState, [("dwelling_id", "occurred_at"), ("occurred_at",)])
register_event_table("registration_due", RegistrationDue, [("registration_id", "occurred_at"), ("occurred_at",)])
register_event_table("rental_state", RentalState, [("dwelling_id", "occurred_at"), ("occurred_at",)])
register_event_table("stay", StayMoved, [("dwelling_id", "occurred_at"), ("occurred_at",)])
register_event_table("police_match", PoliceMatch, [("occurred_at",)])
register_event_table("vessel_execution", VesselExecution, [("vessel_id", "occurred_at"), ("occurred_at",)])
register_event_table("elder_activity", ElderActivity, [("elder_id", "occurred_at"), ("occurred_at",)])
register_event_table("elder_device", ElderDevice, [("elder_id", "kind", "occurred_at"), ("occurred_at",)])
register_event_table("elder_visit", ElderVisitState, [("elder_id", "occurred_at"), ("occurred_at",)])
register_event_table("elder_call", ElderCallTold, [("elder_id", "occurred_at"), ("occurred_at",)])

register_event_table("fire_device", FireDeviceReport, [("device_id", "occurred_at"), ("occurred_at",)])
register_event_table("camera_state", CameraState, [("camera_id", "occurred_at")])
register_event_table("roof_change", RoofChange, [("occurred_at",)])

# ---------------------------------------------------------------------- what is usual of a meter

# The newest nights only (the archive keeps all of them). ``hours``: medians of the 24 hours of the day in
# m³ or kWh an hour, as text with a space between; an unknown one is ``-``.
meter_baseline = Table(
    "meter_baseline",
    metadata,
    Column("night", Day, primary_key=True),  # the first day that is not in it
    Column("meter_id", Text, primary_key=True),
    Column("days", BigInteger, nullable=False),
    Column("p95", Double, nullable=True),
    Column("first_use_h", Double, nullable=True),
    Column("hours", Text, nullable=False),
)
register_event_table(
    "dispute_filed", DisputeFiled, [("occurred_at",), ("estate_id", "occurred_at"), ("parties_id", "occurred_at")]
)
register_event_table("dispute_state", DisputeMoved, [("case_id", "occurred_at"), ("occurred_at",)])
register_event_table("party_activity", PartyActivityDue, [("activity_id", "occurred_at"), ("occurred_at",)])

# ---------------------------------------------------------------------- what stays of old passages

# Passages without a hit, counted by the hour: no moment, no lane, no plate but its pseudonym.
past_passage = Table(
    "past_passage",
    metadata,
    Column("at", Moment, primary_key=True),  # the begin of the hour
    Column("checkpoint_id", Text, primary_key=True),
    Column("vehicle_class", Text, primary_key=True),
    Column("plate_hash", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

# What each month's pseudonyms are made with. A row that is gone makes them nobody's.
month_key = Table(
    "month_key",
    metadata,
    Column("month", Text, primary_key=True),  # 2026-11, Shanghai
    Column("key", LargeBinary, nullable=False),
)

# The passages alerts rest on, and when each vehicle had its last hit.
hit_event = Table("hit_event", metadata, Column("event_id", Text, primary_key=True))
hit_plate = Table(
    "hit_plate",
    metadata,
    Column("plate_no", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

# ------------------------------------------------------------------------------------------- cases

case_event = Table(
    "case_event",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False, server_default="alert"),
    Column("case_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("officer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("uq_case_event_case_id_version", "case_id", "version", unique=True),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("rule_id", Text, nullable=False, index=True),
    Column("scene", Text, nullable=False),
    Column("level", Worded(AlertLevel), nullable=False),
    Column("department", Text, nullable=False),
    Column("ack", Worded(Ack), nullable=False),
    Column("work", Worded(Work), nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("grid_code", Text, nullable=False, server_default=""),
    Column("raised_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment, index=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("ix_alert_key", alert.c.key, alert.c.raised_at)
Index(
    "uq_alert_open_key",
    alert.c.key,
    unique=True,
    sqlite_where=text("is_open"),
    postgresql_where=text("is_open"),
)
Index("ix_alert_rule_ended", alert.c.rule_id, alert.c.ended_at)
Index("ix_alert_subject", alert.c.subject_kind, alert.c.subject_id, alert.c.ended_at)
# Everything a search of the history filters and sorts by: the bodies of the page alone are read.
Index(
    "ix_alert_find",
    alert.c.raised_at,
    alert.c.level,
    alert.c.scene,
    alert.c.work,
    alert.c.ack,
    alert.c.is_open,
    alert.c.department,
    alert.c.rule_id,
    alert.c.grid_code,
    alert.c.subject_kind,
    alert.c.subject_id,
    alert.c.key,
    alert.c.id,
)

# What alerts hang on, as kind:id: what they are about and stand in, their incident, their cause, the
# service window they are out by. Rows are only added; the alert itself says what still holds.
alert_link = Table(
    "alert_link",
    metadata,
    Column("link", Text, primary_key=True),
    Column("alert_id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

# What will come to a case by itself; a row goes when it has happened or counts no more. ``alert_id`` is
# the case's id, whatever its stream.
deadline = Table(
    "deadline",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("stream", Text, nullable=False, server_default="alert"),
    Index(None, "due_at"),
)

# The cases of every stream but the alerts, as their deeds make them.
casework = Table(
    "casework",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "stream", "changed_at"),
)

# Who gave what to whom: lines as an outsider hashes them, added to only (triggers). ``deed`` is the row of
# the case log an entry was made of.
custody_entry = Table(
    "custody_entry",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("manifest", Text, nullable=False),
    Column("no", Integer, nullable=False),
    Column("deed", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("line", Text, nullable=False),
    Index("uq_custody_entry_deed", "deed", "part", unique=True),
    Index("uq_custody_entry_manifest", "manifest", "no", unique=True),
)

# Signed heads of it, and the same once more with a witness's signature; added to only.
custody_checkpoint = Table(
    "custody_checkpoint",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("witnessed_at", Moment),
    Column("note", Text, nullable=False),
)

# Notices to be sent; written with the happenings that cause them.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alert_id", Text, nullable=False, index=True),
    Column("alert_version", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("answer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("changed_at", Moment, nullable=False),
    Index(None, "state", "next_at"),
)

# What no log may hold. ``earlier`` are the hashes that may not be used again, as JSON.
credential = Table(
    "credential",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("earlier", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("last_login_at", Moment),
    Column("last_login_from", Text, nullable=False),
)

# How many vehicles went where from each checkpoint, and how long they took: a histogram a Shanghai day
# (days since 1970), class of hours and leg. ``there`` is empty for those not seen again.
travel_time = Table(
    "travel_time",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("here", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("hours", Text, primary_key=True),
    Column("there", Text, primary_key=True),
    Column("counts", LargeBinary, nullable=False),
)

# How well each day's legs had been foretold, as sums.
travel_score = Table(
    "travel_score",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

# What rules in shadow found: no alerts.
shadow = Table(
    "shadow",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("rule_id", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("level", Worded(AlertLevel), nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "rule_id", "rule_version", "occurred_at"),
)

# -------------------------------------------------------------------------------------- one address

REGISTERS = register_tables(metadata)  # estate, building, unit, dwelling, resident, device
identity_key = identity_keys(metadata)
