"""Random logs of facts that a ledger would have let in: several years, joint items, incidents about midnight.

A log is made step by step from a seed, so that a shorter log of the same seed is the beginning of a longer one; that is
what makes a failure shrink. Business dates jump about, positions do not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from ledger import times
from tests.rules.kit import LIUCHENG, QINGSHAN, Year, readings_of

EDGES = ("01-01", "03-31", "04-01", "06-30", "07-01", "09-30", "10-01", "12-30", "12-31")
HOW = ("late", "none", "substandard", "plagiarised", "similar", "duplicate")
DELAYS = (1, 600, 7199, 7200, 7201, 43200, 43201, 90000, 172800, 172801, 400000)
TARGETS: Mapping[str, list[dict[str, int | str]]] = {
    LIUCHENG: [{"adoption_year": a, "adoption_quarter": b} for a, b in ((15, "7.5"), (40, "12.5"), (100, 25), (180, 45))],
    QINGSHAN: [
        {"submissions": a, "adoptions": b, "comprehensive_submissions": c, "comprehensive_adoptions": d}
        for a, b, c, d in ((3, 2, 1, 1), (0, 0, 0, 0), (6, 1, 4, 0), (2, 8, 0, 3))
    ],
}
UNITS = {
    LIUCHENG: ("大埔镇", "凤山镇", "东泉镇", "县农业农村局", "县发展改革局"),
    QINGSHAN: ("区教育局", "区民政局", "区司法局", "区审计局", "富强办"),
}


@dataclass
class Writer:
    """A log being made: the county so far, and what there is to speak of."""

    year: Year
    chance: random.Random
    items: list[tuple[str, date]] = field(default_factory=list)
    calls: list[tuple[str, date, date, list[str]]] = field(default_factory=list)
    answered: set[tuple[str, str]] = field(default_factory=set)
    printed: set[tuple[str, str, str, str]] = field(default_factory=set)

    @property
    def units(self) -> tuple[str, ...]:
        """The units there are to write of."""
        return UNITS[self.year.source.id]

    def day(self, least: date | None = None) -> date:
        """A day of the scheme's first two years or the days after, often at a period's edge, not before another."""
        first, chance = self.year.source.effective, self.chance
        least = least or first
        number = chance.choice((self.year.number, self.year.number, self.year.number + 1))
        edge = times.day(f"{number}-{chance.choice(EDGES)}")
        near = least + timedelta(days=chance.randrange(40))
        return max(least, chance.choice((edge, near, date(number, 1, 1) + timedelta(days=chance.randrange(366)))))

    def item(self) -> None:
        """An item of one to seven units."""
        chance, name = self.chance, f"i{len(self.items)}"
        count = chance.choice((1, 1, 1, 2, 3, len(self.units)))
        units = chance.sample(self.units, count)
        day = self.day()
        lead = chance.choice([None, *units]) if count > 1 else None
        category = chance.choice(("dynamic", "problem", "research", "practice", "comprehensive", None))
        self.year.submitted(name, units if count > 1 else units[0], day.isoformat(), lead=lead, category=category)
        self.items.append((name, day))

    def adoption(self) -> None:
        """An adoption of an item that there is."""
        if self.items:
            chance = self.chance
            name, day = chance.choice(self.items)
            channel = chance.choice([term.id for term in self.year.source.terms("channel")])
            placement, issue = chance.choice(("regular", "regular", "brief", "cover")), str(chance.randrange(3))
            if (name, channel, placement, issue) not in self.printed:
                self.printed.add((name, channel, placement, issue))
                self.year.adopted(name, channel, self.day(day).isoformat(), placement, issue=issue)

    def endorsement(self) -> None:
        """An endorsement of an item that there is; the same level again is recorded too."""
        if self.items:
            name, day = self.chance.choice(self.items)
            level = self.chance.choice([term.id for term in self.year.source.terms("level")])
            self.year.endorsed(name, level, self.day(day).isoformat())

    def solicitation(self) -> None:
        """A piece asked for, of few topics."""
        chance, day, name = self.chance, self.day(), f"s{len(self.calls)}"
        units = chance.sample(self.units, chance.randint(1, len(self.units)))
        due = day + timedelta(days=chance.randrange(30))
        self.year.asked(name, units, day.isoformat(), f"题材{chance.randrange(4)}", due.isoformat())
        self.calls.append((name, day, due, units))

    def answer(self) -> None:
        """An answer to it, in time or missed; not twice of one unit."""
        if self.calls:
            chance = self.chance
            name, day, due, units = chance.choice(self.calls)
            unit = chance.choice(units)
            if (name, unit) not in self.answered:
                self.answered.add((name, unit))
                how = chance.choice((None, *HOW))
                if how is None:
                    self.year.fulfilled(name, unit, (day + (due - day) // 2).isoformat())
                else:
                    when = self.day(due + timedelta(days=1) if how in ("late", "none") else day)
                    self.year.missed(name, unit, when.isoformat(), how, excused=chance.random() < 0.3)

    def incident(self) -> None:
        """An emergency, often just before midnight or a year's end, and perhaps reports of it."""
        chance, name = self.chance, f"n{len(self.year.facts)}"
        clock = chance.choice((0, 3600, 43200, 79199, 79200, 79201, 86399, chance.randrange(86400)))
        began = datetime.combine(self.day(), datetime.min.time(), times.SHANGHAI) + timedelta(seconds=clock)
        severity = chance.choice(("ordinary", "major", "especially_major"))
        self.year.add("incident_occurred", began, incident=name, unit=chance.choice(self.units), severity=severity)
        for channel in chance.choice(((), ("phone",), ("written",), ("phone", "written"), ("written", "phone", "phone"))):
            self.year.add("incident_reported", began + timedelta(seconds=chance.choice(DELAYS)), incident=name, channel=channel)

    def finding(self) -> None:
        """Any finding of the scheme; those that make a year nothing are rare."""
        findings = [term.id for term in self.year.source.terms("finding")]
        finding = self.chance.choice([*findings[:6] * 4, *findings])
        self.year.found(self.chance.choice(self.units), finding, self.day().isoformat())

    def failing(self) -> None:
        """Feedback late or not given."""
        self.year.feedback(self.chance.choice(self.units), self.chance.choice(("late", "none")), self.day().isoformat())

    def training(self) -> None:
        """A training done."""
        self.year.add("training_completed", self.day(), unit=self.chance.choice(self.units))

    def ruling(self) -> None:
        """An officer's order of some units."""
        units = self.chance.sample(self.units, self.chance.randint(2, len(self.units)))
        self.year.settled(*units, on=self.day().isoformat())

    def change(self) -> None:
        """From a day on, a unit's class or targets are others."""
        chance, scheme = self.chance, self.year.source
        fields: dict[str, object] = {"class": chance.choice(scheme.classes)}
        if chance.random() < 0.7:
            fields = {"targets": chance.choice(TARGETS[scheme.id])}
        self.year.changed(chance.choice(self.units), self.day().isoformat(), **fields)


EITHER: Mapping[Callable[[Writer], None], int] = {
    Writer.item: 6,
    Writer.adoption: 9,
    Writer.endorsement: 5,
    Writer.solicitation: 2,
    Writer.answer: 5,
    Writer.finding: 2,
    Writer.failing: 1,
    Writer.training: 1,
    Writer.ruling: 1,
    Writer.change: 2,
}
"""The steps of a log, and how often each is taken."""
STEPS = {LIUCHENG: {**EITHER, Writer.incident: 2}, QINGSHAN: EITHER}


def write(scheme: str, seed: int, steps: int) -> Year:
    """The log of a seed after so many steps: a few units, some with targets of their own."""
    chance = random.Random(seed)
    year = Year(scheme, [])
    for unit in UNITS[scheme]:
        entry = next(entry for entry in year.source.roster if entry.name == unit)
        targets = chance.choice([*TARGETS[scheme], None])
        year.add("unit_enrolled", year.source.effective, unit_id=entry.id, unit=entry.name, targets=targets, **{"class": entry.class_})
    writer = Writer(year, chance)
    taken = chance.choices(list(STEPS[scheme]), list(STEPS[scheme].values()), k=60)
    for step in taken[:steps]:
        step(writer)
    return year


def logs(*schemes: str) -> st.SearchStrategy[Year]:
    """Random logs under any of the schemes."""
    return st.builds(write, st.sampled_from(schemes or (LIUCHENG, QINGSHAN)), st.integers(0, 2**32), st.integers(0, 60))


@st.composite
def questions(draw: st.DrawFn, *schemes: str) -> tuple[Year, date, int, dict[str, str]]:
    """A log, a day on which something may change, a year that has begun by then, and readings."""
    year = draw(logs(*schemes))
    days = sorted({fact[2].on if not isinstance(fact[2].on, datetime) else fact[2].on.date() for fact in year.facts})
    edges = [times.day(f"{number}-{edge}") for number in (year.number, year.number + 1) for edge in EDGES]
    as_of = draw(st.sampled_from([day for day in (*edges, *days) if day >= year.source.effective]))
    as_of += timedelta(days=draw(st.integers(0, 2)))
    number = draw(st.integers(year.number, as_of.year))
    return year, as_of, number, draw(readings(year))


def readings(year: Year) -> st.SearchStrategy[dict[str, str]]:
    """An option for each reading that has several."""
    return st.fixed_dictionaries({key: st.sampled_from(options) for key, options in readings_of(year.source).items()})
