"""A small county: its scheme, a record of every kind, and a ledger of them with all that it gives out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from ledger.aggregates.normalise import Surroundings, normalise
from ledger.aggregates.scheme import Terms
from ledger.aggregates.unit import Roster
from ledger.events import ChangeProposed, Event, LedgerOpened, PeriodClosed, PolicySet, SchemeEnacted, UnitEnrolled
from ledger.journal.names import commitment
from ledger.journal.reader import LogReader
from ledger.journal.record import digest, record
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.prover import Prover
from ledger.recording.context import schemes_of
from ledger.rules.source import Source
from ledger.times import SHANGHAI
from tests.journal.making import empty, records
from tests.recording.mini import EXTRA, MINI

LEDGER, SALT = "a1b2", b"\7" * 32
NOW, TODAY = datetime(2025, 1, 10, 9, tzinfo=SHANGHAI), date(2024, 6, 1)
UNITS = [
    UnitEnrolled.model_validate({"id": f"unit-{key}", "on": "2024-01-01", "unit_id": key, "unit": name, "class": "镇"})
    for key, name in (("jia", "甲镇"), ("yi", "乙镇"))
]
POLICY = PolicySet(id="policy", on=date(2025, 1, 10), four_eyes=("schemes",), reason="两人经手", approves="proposed")
PROPOSED = ChangeProposed.model_validate(
    {
        "id": "proposed",
        "on": "2025-01-10",
        "events": [
            {
                "kind": POLICY.kind,
                "version": 1,
                "body": {"id": "policy", "on": "2025-01-10", "four_eyes": ["schemes"], "reason": "两人经手"},
            }
        ],
    }
)

_ON = "2024-03-01"
RECORDS: tuple[dict[str, Any], ...] = (
    {"kind": "unit_enrolled", "id": "u-1", "on": "2024-01-05", "unit_id": "bing", "unit": "丙镇", "class": "镇", "aliases": ["丙"],
    "staff": 3},
    {"kind": "unit_changed", "on": "2024-02-01", "unit_id": "yi", "unit": "新乙镇", "aliases": ["乙"], "staff": 12},
    {"kind": "item_submitted", "id": "s-1", "on": "2024-02-01", "item": "N1", "units": ["甲镇", "乙镇"], "lead": "甲镇", "title": "春耕",
     "author": "张三", "extra": {"length": 1200}},
    {"kind": "item_adopted", "id": "a-1", "on": "2024-02-05", "item": "N1", "channel": "县内刊物", "placement": "cover",
    "issue": "2024-1"},
    {"kind": "item_endorsed", "id": "e-1", "on": "2024-02-06", "item": "N1", "level": "县领导", "leader": "李四", "extra": EXTRA},
    {"kind": "solicitation_issued", "on": _ON, "solicitation": "Y1", "topic": "防汛", "units": ["甲镇", "乙镇"], "due": "2024-03-10"},
    {"kind": "solicitation_fulfilled", "on": "2024-03-02", "solicitation": "Y1", "unit": "甲镇", "item": "N1"},
    {"kind": "solicitation_missed", "on": "2024-03-11", "solicitation": "Y1", "unit": "乙镇", "how": "late", "excused": False},
    {"kind": "feedback_failed", "on": _ON, "unit": "甲镇", "how": "none", "about": "核报"},
    {"kind": "incident_occurred", "on": "2024-03-01T10:00", "incident": "I1", "unit": "甲镇", "severity": "major"},
    {"kind": "incident_reported", "on": "2024-03-01T10:20:00+08:00", "incident": "I1", "channel": "phone"},
    {"kind": "training_completed", "on": _ON, "unit": "乙镇", "trainee": "王五", "source": "名册.xlsx", "note": "一期"},
    {"kind": "points_awarded", "on": _ON, "unit": "甲镇", "rule": "merit", "points": 2.5, "officer": "李四", "reason": "突出"},
    {"kind": "order_settled", "on": "2024-12-31", "units": ["甲镇", "乙镇"], "reason": "抽签"},
    {"kind": "event_reversed", "id": "r-1", "target": "a-1", "reason": "误记"},
)  # fmt: skip
"""They can be recorded one after another."""
MORE: tuple[dict[str, Any], ...] = (
    {"kind": "finding_established", "on": _ON, "unit": "甲镇", "finding": "abc", "item": "N1"},
    {"kind": "units_merged", "on": _ON, "before": ["甲镇", "乙镇"], "after": "甲镇", "carry": True},
    {"kind": "unit_split", "on": _ON, "before": "甲镇", "after": ["甲镇", "乙镇"], "carry": [3, 2]},
    {"kind": "unit_enrolled", "on": _ON, "unit_id": "ding", "unit": "丁镇", "class": "镇", "targets": {"items": 4.5}},
)
"""These are well written, and refused by this scheme or by what was recorded."""


@cache
def scheme() -> Source:
    """The scheme, as a log holds it."""
    return Source(yaml.load(MINI, yaml.BaseLoader))  # noqa: S506 - it makes nothing but text, lists and mappings


@cache
def surroundings() -> Surroundings:
    """What records are read against: the scheme, its units, and persons who are made up as they are named."""
    schemes = schemes_of([scheme()])
    roster = Roster.of(UNITS)
    terms = schemes.in_force(TODAY)
    worded = replace(terms, words={**terms.words, "unit": roster.lexicon})

    def terms_on(day: date) -> Terms:
        schemes.in_force(day)  # refuses days before every scheme
        return worded

    return Surroundings(terms_on, _person, lambda: TODAY)


def _person(name: str) -> tuple[str, str]:
    return f"p-{sha256(name.encode()).hexdigest()[:16]}", commitment(SALT, name)


def event(said: Mapping[str, Any], number: int = 0) -> Event:
    """The event of a record."""
    return normalise(said, surroundings(), f"n-{number}")


def ledger(file: Path, said: Sequence[Mapping[str, Any]] = RECORDS[:-1], whole: bool = True) -> Path:
    """Makes a ledger: these records, a snapshot of the year, and a policy that two have seen. The same bytes each time.

    One that is not ``whole`` holds only the beginning of its scheme, which is enough for what does not score.
    """
    with empty(file, lambda: NOW) as journal:
        with journal.writing("clerk") as writer:
            writer.append(records([*_begun(scheme() if whole else _BRIEF), *(event(each, number) for number, each in enumerate(said))]))
            for name in {str(each[field]) for each in said for field in ("author", "leader", "trainee", "officer") if field in each}:
                writer._db.execute("INSERT INTO person_names VALUES (?, ?, ?)", (_person(name)[0], name, SALT))
        with LogReader(file) as reader:
            closed = _closed(Prover(reader, LEDGER).checkpoint())
        with journal.writing("clerk") as writer:
            rulings = sum(each["kind"] == "order_settled" for each in said)  # in the stream of the period too
            writer.append([record(closed, rulings + 1), record(PROPOSED, 1)])
        with journal.writing("leader") as writer:
            writer.append([record(POLICY, 1)])
    return file


_BRIEF = Source({"scheme": "brief", "effective": "2024-01-01", "scored_account": "score", "rules": [{"id": "a", "clause": "一"}]})


def _begun(source: Source) -> list[Event]:
    day, content = source.effective, dict(source.data)
    enacted = SchemeEnacted(id="scheme", on=day, scheme=source.id, effective=day, sha256=source.sha256, content=content)
    return [LedgerOpened(id="opened", on=date(2024, 1, 1), ledger=LEDGER, hash="sha-256", format=1), enacted, *UNITS]


def _closed(checkpoint: Checkpoint) -> PeriodClosed:
    """A snapshot that says little, and is whole."""
    said: dict[str, Any] = {
        "on": "2024-12-31", "period": "2024", "first": "2024-01-01", "year": 2024, "position": checkpoint.size,
        "checkpoint": checkpoint.text(), "scheme": scheme().id, "scheme_hash": scheme().sha256, "readings": {"generous": "strict"},
        "evaluator": "1", "scored_account": "score", "rows": [{"unit_id": "jia", "score": 500}],
    }  # fmt: skip
    return PeriodClosed.model_validate({"id": "closed", **said, "digest": digest(said)})
