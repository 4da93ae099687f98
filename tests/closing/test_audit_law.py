"""However two people use a ledger under whatever policy, the audit finds nothing; and one event past the deciders is found after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.errors import LedgerError
from ledger.recording import Work, deeds
from ledger.rules.source import dated, load
from tests.closing.test_audit import ORDER, findings, forged
from tests.closing.test_four_eyes import by
from tests.closing.test_restatements import YEAR, days, fact, facts, towns
from tests.projections.county import County
from tests.projections.drafts import LATE, draft

COVERS = st.lists(st.sampled_from(["closed_periods", "veto_findings", "schemes", "rulings"]), max_size=3, unique=True)
OWN = {"ledger_opened", "scheme_enacted", "period_closed", "unit_enrolled", "policy_set"}
recorded = st.one_of(
    facts,
    fact("finding_established", on=days, unit=towns, finding=st.sampled_from(["serious_falsity", "no_dedicated_staff"])),
    fact("incident_occurred", on=st.sampled_from(["2024-03-31T23:50", "2024-04-01T00:10"]), incident="E", unit=towns, severity="major"),
)
reasons = st.sampled_from([None, "补记"])
changes = st.sampled_from([{}, {"on": "2024-02-20"}, {"on": "2024-05-02"}, {"finding": "serious_falsity"}, {"channel": "county"}])
deed = st.one_of(
    st.tuples(st.just("record"), recorded, reasons),
    st.tuples(st.just("import"), st.lists(recorded, min_size=1, max_size=3), reasons),
    st.tuples(st.just("correct"), st.integers(0, 12), changes),
    st.tuples(st.just("policy"), COVERS, st.none()),
    st.tuples(st.just("enact"), st.integers(1, 200), st.none()),
    st.tuples(st.just("close"), st.sampled_from(["2024W09", "2024-02", "2024Q1", "2024Q2", "2024"]), st.none()),
    st.tuples(st.just("approve"), st.integers(0, 3), st.none()),
    st.tuples(st.just("approve"), st.integers(0, 3), st.none()),
)
played = st.lists(st.tuples(st.sampled_from(["韦", "覃"]), st.booleans(), deed), min_size=8, max_size=30)


@settings(max_examples=6, deadline=None)
@given(played)
def test_no_use_of_the_ledger_is_found_fault_with_and_what_is_forged_after_it_is(said: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        county = County(Path(folder) / "a.ledger")
        county.now = county.now.replace(year=2025)
        county.bring(*YEAR)
        for number, (actor, alone, (what, which, more)) in enumerate(said):
            county.now += timedelta(hours=1)
            with by(county, actor) as ledger, suppress(LedgerError):  # what is refused changes nothing
                DEEDS[what](ledger, which, more, alone, f"n{number}", Path(folder))
        assert findings(county) == []
        with county.open() as ledger:
            assert ledger.replay(2024, lambda _done, _total: None).matches
        _watched(county)
        forged(county, "韦", "order_settled", **ORDER)
        assert findings(county) == ["recording.found_alone"]


def _record(ledger: Ledger, said: Any, reason: Any, alone: bool, own_id: str, _: Path) -> None:
    fields = {"id": own_id, **{name: value for name, value in said.items() if name != "kind"}}
    _do(ledger, alone, lambda work: deeds.record(work, said["kind"], fields, reason), lambda: ledger.record(said["kind"], fields, reason))


def _import(ledger: Ledger, said: Any, reason: Any, alone: bool, own_id: str, _: Path) -> None:
    rows = [Incoming(f"f:{line}", {**each, "id": f"{own_id}-{line}"}) for line, each in enumerate(said)]
    ledger.import_rows(rows, "f", adjust=reason, dry_run=not alone)


def _correct(ledger: Ledger, back: Any, changed: Any, alone: bool, *_: Any) -> None:
    events = [event.id for event in ledger.log() if event.kind not in OWN]
    target = events[-1 - back % len(events)]
    _do(
        ledger,
        alone,
        lambda work: deeds.correct(work, target, "误记", changed, cascade=True),
        lambda: ledger.correct(target, "误记", changed, cascade=True),
    )


def _policy(ledger: Ledger, covers: Any, _: Any, alone: bool, *__: Any) -> None:
    _do(ledger, alone, lambda work: deeds.policy(work, covers, "r", date(2025, 6, 1)), lambda: ledger.set_policy(covers, "r"))


def _enact(ledger: Ledger, day: Any, _: Any, alone: bool, own_id: str, folder: Path) -> None:
    file, effective = str(draft(folder, LATE, name=own_id)), date(2024, 1, 1) + timedelta(days=day)
    _do(ledger, alone, lambda work: deeds.enact(work.desk, dated(load(file), effective)), lambda: ledger.enact(file, effective))


def _approve(ledger: Ledger, which: Any, *_: Any) -> None:
    waiting = ledger.proposals()
    if waiting:
        ledger.approve(waiting[which % len(waiting)].id)


def _do(ledger: Ledger, alone: bool, proposed: Callable[[Work], object], done: Callable[[], object]) -> None:
    if alone:
        done()
    else:
        ledger.propose(proposed)


DEEDS: dict[str, Callable[..., object]] = {
    "record": _record,
    "import": _import,
    "correct": _correct,
    "policy": _policy,
    "enact": _enact,
    "close": lambda ledger, period, *_: ledger.close(period),
    "approve": _approve,
}


def _watched(county: County) -> None:
    """Rulings take four eyes from here on, whatever took them before."""
    with by(county, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.policy(work, ["rulings"], "r", date(2025, 6, 1)))
    with by(county, "覃") as ledger:
        ledger.approve(proposal.id)
