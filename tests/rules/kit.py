"""A year of facts in the clauses' own words, and the questions asked of it.

Units, channels, levels, categories and findings are given by id, Chinese name or alias; days as ``03-05`` in the
scheme's own year or in full, moments as ``03-05 08:00``. Answers are in points, as a reader sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from ledger import points, times
from ledger.events import KINDS, references
from ledger.rules.evaluate import Evaluation, Standing, evaluate
from ledger.rules.plan import Plan, within
from ledger.rules.roster import Roster
from ledger.rules.scheme import plan
from ledger.rules.source import VOCABULARIES, Source, load
from ledger.views import ROSTER_KINDS

Number = int | float
Fact = tuple[int, str, Any]
LIUCHENG, QINGSHAN = "liucheng-2024", "qingshan-2020"


packaged = cache(load)
"""A packaged scheme, read from its file once."""


class View:
    """The standings of a year as of one day, under some readings."""

    def __init__(self, year: Year, made: Plan, evaluation: Evaluation) -> None:
        self._year, self.plan, self.evaluation = year, made, evaluation

    def standing(self, unit: str) -> Standing:
        """Everything about one unit."""
        return self.evaluation.standings[self._year.id_of("unit", unit)]

    def score(self, unit: str) -> Number:
        """The settled score."""
        return points.number(self.standing(unit).year.score)

    def pending(self, unit: str) -> Number:
        """The full worth of what is not judged yet."""
        return points.number(self.standing(unit).year.pending)

    def if_closed(self, unit: str) -> Number:
        """The score if every part that has begun ended today."""
        return points.number(self.standing(unit).year.if_closed)

    def balance(self, unit: str, account: str) -> Number:
        """What the postings of an account and of those below it add up to."""
        return points.number(sum(line[2] for line in self.standing(unit).year.postings if within(self.plan.account(line[1]), account)))

    def postings(self, unit: str, rule: str | None = None) -> list[tuple[str, Number]]:
        """The days and points of the postings, of one rule or of all; those of nothing are left out."""
        found = self.standing(unit).year.postings
        named = [(line, self.plan.scheme.rules[line[1]].id) for line in found if line[2]]
        return [(date.fromordinal(line[0]).isoformat(), points.number(line[2])) for line, id in named if rule in (None, id)]

    def measure(self, unit: str, name: str) -> Number | str | None:
        """A measure: a number, a day or nothing."""
        value = self.standing(unit).year.measures[name]
        if value is None:
            return None
        return value.isoformat() if isinstance(value, date) else points.number(value)

    def flags(self, unit: str) -> set[str]:
        """The flags of a unit, but for that of a tie for the first place."""
        return set(self.standing(unit).year.flags)

    def all_flags(self, unit: str) -> set[str]:
        """The flags of a unit, that of its place included."""
        return set(self.standing(unit).flags)

    def places(self, *units: str) -> list[int | None]:
        """The places of units over all."""
        return [self.standing(unit).rank for unit in units]

    def class_places(self, *units: str) -> list[int | None]:
        """The places of units within their class."""
        return [self.standing(unit).class_rank for unit in units]

    def unpriced(self) -> list[int]:
        """The positions of the facts that no rule prices."""
        return list(self.evaluation.unpriced)


class Year:
    """What happened in a county, recorded in the order in which it is told."""

    def __init__(self, scheme: str | Source, units: Iterable[str] | None = None) -> None:
        """A county under a scheme, with its whole roster or some of its units, enrolled on the scheme's first day."""
        self.source = packaged(scheme) if isinstance(scheme, str) else scheme
        self.number = self.source.effective.year
        self.facts: list[Fact] = []
        self._units = {entry.id: entry for entry in self.source.roster}
        chosen = list(self._units) if units is None else [self.id_of("unit", unit) for unit in units]
        for unit in chosen:
            entry = self._units[unit]
            self.add("unit_enrolled", self.source.effective, unit_id=unit, unit=entry.name, **{"class": entry.class_})

    def id_of(self, kind: str, written: str) -> str:
        """The id of a unit or a word, by id, name or alias."""
        terms: Iterable[Any] = self._units.values() if kind == "unit" else self.source.terms(kind)
        return next((term.id for term in terms if written in (term.id, term.name, *term.aliases)), written)

    def day(self, written: str | date) -> date:
        """A day of the scheme's year, or of the year it names."""
        if isinstance(written, date):
            return written
        return times.day(written if len(written) > 5 else f"{self.number}-{written}")

    def _moment(self, written: str | date) -> datetime:
        if isinstance(written, datetime):
            return written
        return times.moment(str(written) if len(str(written)) > 15 else f"{self.number}-{written}")

    def add(self, kind: str, on: str | date, /, **fields: Any) -> int:
        """One fact of any kind; its position."""
        model, position = KINDS[kind], len(self.facts) + 1
        for use in references(model):
            value = fields.get(use.name)
            if value is not None and use.ref in (*VOCABULARIES, "unit"):
                fields[use.name] = self.id_of(use.ref, value) if isinstance(value, str) else [self.id_of(use.ref, each) for each in value]
        moment = kind in ("incident_occurred", "incident_reported")
        fact = model.model_validate({"id": f"e{position}", "on": self._moment(on) if moment else self.day(on), **fields})
        self.facts.append((position, kind, fact))
        return position

    def submitted(self, item: str, units: str | Sequence[str], on: str = "", **fields: Any) -> int:
        """上报: an item of one unit or jointly of several, on the scheme's first day unless said otherwise."""
        whose: dict[str, Any] = {"unit": units} if isinstance(units, str) else {"units": list(units)}
        return self.add("item_submitted", on or self.source.effective, item=item, **whose, **fields)

    def adopted(self, item: str, channel: str, on: str, placement: str = "regular", **fields: Any) -> int:
        """采用: a channel printed the item."""
        return self.add("item_adopted", on, item=item, channel=channel, placement=placement, **fields)

    def printed(self, unit: str | Sequence[str], channel: str, on: str, **fields: Any) -> str:
        """An item of its own, sent in and adopted on one day; its name."""
        item = f"item-{len(self.facts)}"
        self.submitted(item, unit, on, **fields)
        self.adopted(item, channel, on)
        return item

    def endorsed(self, item: str, level: str, on: str) -> int:
        """批示: a leader's written instruction on the item."""
        return self.add("item_endorsed", on, item=item, level=level)

    def asked(self, solicitation: str, units: Sequence[str], on: str = "", topic: str = "", due: str = "12-31") -> int:
        """约稿: a piece asked for; by default of a topic of its own."""
        issued = on or self.source.effective
        return self.add(
            "solicitation_issued", issued, solicitation=solicitation, topic=topic or solicitation, units=list(units), due=self.day(due)
        )

    def fulfilled(self, solicitation: str, unit: str, on: str) -> int:
        """按期完成约稿."""
        return self.add("solicitation_fulfilled", on, solicitation=solicitation, unit=unit)

    def missed(self, solicitation: str, unit: str, on: str, how: str = "none", *, excused: bool = False) -> int:
        """未能按时、按质上报约稿."""
        return self.add("solicitation_missed", on, solicitation=solicitation, unit=unit, how=how, excused=excused)

    def misses(self, unit: str, count: int, on: str, how: str = "none", *, excused: bool = False) -> None:
        """So many solicitations of a topic each, and all missed."""
        for _ in range(count):
            name = f"call-{len(self.facts)}"
            self.asked(name, [unit], on, due=on)
            self.missed(name, unit, on, how, excused=excused)

    def feedback(self, unit: str, how: str, on: str) -> int:
        """核实信息和补充内容反馈不及时、不反馈."""
        return self.add("feedback_failed", on, unit=unit, how=how)

    def found(self, unit: str, finding: str, on: str) -> int:
        """查实、认定."""
        return self.add("finding_established", on, unit=unit, finding=finding)

    def happened(self, incident: str, unit: str, on: str, severity: str = "ordinary") -> int:
        """突发事件发生."""
        return self.add("incident_occurred", on, incident=incident, unit=unit, severity=severity)

    def reported(self, incident: str, on: str, channel: str = "phone") -> int:
        """突发事件报送."""
        return self.add("incident_reported", on, incident=incident, channel=channel)

    def settled(self, *units: str, on: str) -> int:
        """An officer's order of units that tie."""
        return self.add("order_settled", on, units=list(units), reason="平时上报稿件积极性和质量")

    def changed(self, unit: str, on: str, /, **fields: Any) -> int:
        """From this day the unit has another name, class or targets."""
        return self.add("unit_changed", on, unit_id=unit, **fields)

    def view(self, as_of: str | date, year: int | None = None, only: Iterable[str] | None = None, **readings: str) -> View:
        """The standings as of a day, of that day's year unless another is named."""
        made = plan(self.source, readings)
        return View(self, made, standings(made, self.facts, self.day(as_of), year or self.day(as_of).year, only))


def standings(made: Plan, facts: Sequence[Fact], as_of: date, year: int, only: Iterable[str] | None = None) -> Evaluation:
    """Evaluate the facts, in order of position, that are dated no later than a day."""
    known = [fact for fact in facts if day_of(fact) <= as_of]
    roster = Roster(fact for fact in known if fact[1] in ROSTER_KINDS)
    return evaluate(made, roster, known, year, as_of, None if only is None else set(only))


def day_of(fact: Fact) -> date:
    """The business date of a fact; of a moment, its day."""
    on: date = fact[2].on
    return on.date() if isinstance(on, datetime) else on


def lines(made: Plan, standing: Standing, upto: date | None = None) -> list[tuple[int, str, str, int, int]]:
    """A unit's postings as (day, rule, account, points, quarter), up to a day."""
    last = (upto or date.max).toordinal()
    return [
        (each[0], made.scheme.rules[each[1]].id, made.account(each[1]), each[2], each[3])
        for each in standing.year.postings
        if each[0] <= last
    ]


def readings_of(source: Source) -> Mapping[str, Sequence[str]]:
    """The options of every reading that has more than one."""
    return {key: list(entry["options"]) for key, entry in source.data["readings"].items() if len(entry["options"]) > 1}
