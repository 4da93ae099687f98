"""What readings.md says, written a second time and differently: each figure looked up afresh from all facts.

Nothing is remembered from day to day and nothing of the evaluator is used. A unit's adoption points through a day are
asked for as a whole, and a quarter's are the difference of two such answers; a delay is a subtraction; a finding is
looked for. Slow, plain, and there to disagree. Points are hundredths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from ledger import points, times
from ledger.rules.source import Source
from tests.rules.kit import Fact, day_of

COMPREHENSIVE = ("problem", "research", "practice", "comprehensive")
PRICES = {
    "sole": {"county": 15, "upward": 15, "city": 20, "region": 30},
    "lead": {"county": 10, "upward": 10, "city": 15, "region": 20},
    "two": {"county": 10, "upward": 10, "city": 15, "region": 20},
    "several": {"county": 5, "upward": 5, "city": 10, "region": 15},
}


@dataclass(frozen=True)
class Verdict:
    """One unit as of a day. ``key`` sorts first what ranks first."""

    score: int
    pending: int
    if_closed: int
    measures: Mapping[str, int | date | None]
    flags: frozenset[str]
    key: tuple[Any, ...]


class Known:
    """The facts dated no later than a day, by kind, in order of business date and then of position."""

    def __init__(self, source: Source, facts: Sequence[Fact], as_of: date, year: int) -> None:
        self.source, self.as_of, self.year = source, as_of, year
        ordered = sorted((day_of(fact), fact[0], fact[1], fact[2]) for fact in facts if day_of(fact) <= as_of)
        self.days = sorted({day for day, *_ in ordered})
        self.kinds: dict[str, list[Any]] = {}
        for _, _, kind, event in ordered:
            self.kinds.setdefault(kind, []).append(event)
        self.items = {event.item: event for event in self.of("item_submitted")}
        self.calls = {event.solicitation: event for event in self.of("solicitation_issued")}

    def of(self, kind: str, **fields: Any) -> list[Any]:
        """The facts of a kind with these values."""
        return [event for event in self.kinds.get(kind, ()) if all(getattr(event, name) == value for name, value in fields.items())]

    def this_year(self, kind: str, **fields: Any) -> list[Any]:
        """Those of the year that is judged."""
        return [event for event in self.of(kind, **fields) if event.on.year == self.year]

    def mine(self, kind: str, unit: str) -> list[Any]:
        """The facts of a kind about the items of a unit, whenever."""
        return [event for event in self.of(kind) if unit in self.items[event.item].credited]

    def state(self, unit: str, day: date) -> tuple[str, Mapping[str, int]]:
        """The class and the own targets of a unit on a day."""
        class_, targets = "", dict[str, int]()
        for kind in ("unit_enrolled", "unit_changed"):
            for event in self.of(kind, unit_id=unit):
                if event.on <= day or kind == "unit_enrolled":
                    class_ = event.class_ or class_
                    targets = {**targets, **(event.targets or {})}
        return class_, targets

    def target(self, unit: str, name: str, day: date) -> int:
        """A target on a day, in hundredths: the unit's own, the scheme's for it, or that of its class."""
        class_, own = self.state(unit, day)
        if name in own:
            return own[name]
        data = self.source.data
        listed = data["units"].get(unit, {}).get("targets", {})
        return points.parse(listed[name] if name in listed else data["classes"][class_]["targets"][name])


def judge(source: Source, facts: Sequence[Fact], unit: str, year: int, as_of: date, readings: Mapping[str, str]) -> Verdict:
    """A unit as of a day under a packaged scheme and its readings."""
    known = Known(source, facts, as_of, year)
    chosen = {key: readings.get(key, entry["default"]) for key, entry in source.data["readings"].items()}
    return (_liucheng if source.id == "liucheng-2024" else _qingshan)(known, unit, chosen)


def places(verdicts: Mapping[str, Verdict], rulings: Sequence[Sequence[str]]) -> dict[str, tuple[int, bool]]:
    """Each unit's place, 1-2-2-4, and whether it ties for the first place; ``rulings`` the latest first."""
    found = {}
    for unit, verdict in verdicts.items():
        better = sum(other.key < verdict.key for other in verdicts.values())
        equal = {name for name, other in verdicts.items() if other.key == verdict.key}
        order = next((ruling for ruling in rulings if equal <= set(ruling)), None) if len(equal) > 1 else None
        inside = [name for name in order if name in equal].index(unit) if order else 0
        found[unit] = (better + 1 + inside, better == 0 and len(equal) > 1 and order is None)
    return found


# Liucheng 2024


def _liucheng(known: Known, unit: str, chosen: Mapping[str, str]) -> Verdict:
    year, as_of = known.year, known.as_of
    first, last = date(year, 1, 1), date(year, 12, 31)
    counted = chosen["endorsement_account"] == "adoption"

    def earned(start: date, end: date) -> int:
        total = _items(known, unit, end) - _items(known, unit, start - timedelta(days=1))
        return total + (_bonus(known, unit, start, end, chosen) if counted else 0)

    quarters = [(date(year, month, 1), date(year + month // 10, (month + 3) % 12, 1) - timedelta(days=1)) for month in (1, 4, 7, 10)]
    within_year = earned(first, min(as_of, last))
    completed = _completed(known, unit, lambda day: earned(first, day))
    delays = [_class(known, event, chosen) for event in known.this_year("incident_occurred", unit=unit)]
    late, omitted, concealed = (delays.count(name) for name in ("late", "omitted", "concealed"))

    def judged(start: date, end: date, target: str, full: int) -> int:
        rate = Fraction(earned(start, end), known.target(unit, target, end))
        steps = sum((rate >= 1, rate >= Fraction(3, 4), rate >= Fraction(1, 2), rate >= Fraction(1, 4), rate > 0))
        return full * steps // 5

    parts = [(first, last, "adoption_year", 2000), *((start, end, "adoption_quarter", 1000) for start, end in quarters)]
    done = sum(judged(*part) for part in parts if part[1] <= as_of)
    begun = sum(judged(start, as_of, target, full) for start, end, target, full in parts if start <= as_of < end)
    raw = _solicitations(known, unit) + _mechanism(known, unit) - 3000 * late - 5000 * (omitted + concealed)
    raw += 0 if counted else _bonus(known, unit, first, min(as_of, last), chosen)
    findings = {event.finding for event in known.this_year("finding_established", unit=unit)}
    twice = late + (omitted if chosen["omitted_counts_as_late"] == "nested" else 0) >= 2
    vetoed = twice or concealed >= 1 or bool(findings & {"serious_falsity", "incident_adverse_effect", "incident_city_criticism"})
    misses = [event for event in known.this_year("solicitation_missed", unit=unit) if event.how in ("late", "none") and not event.excused]
    score = 0 if vetoed else max(0, raw + done)
    measures: dict[str, int | date | None] = {"adoption_year": within_year, "completed_on": completed}
    measures |= {
        f"adoption_q{number}": earned(start, max(min(as_of, end), start - timedelta(days=1)))
        for number, (start, end) in enumerate(quarters, 1)
    }
    measures |= {"late": late * 100, "omitted": omitted * 100, "concealed": concealed * 100}
    flags = {"vetoed"} if vetoed else set()
    flags |= {"award_ineligible", "circular_criticism"} if len(misses) > 2 else set()
    ranked = score if chosen["rank_score"] == "appraisal" else within_year
    return Verdict(
        score=score,
        pending=sum(full for _, end, _, full in parts if end > as_of),
        if_closed=0 if vetoed else max(0, raw + done + begun),
        measures=measures,
        flags=frozenset(flags),
        key=(-ranked, completed or date.max),
    )


def _items(known: Known, unit: str, through: date) -> int:
    """What a unit's items are worth through a day: the highest adoption of each."""
    best: dict[str, int] = {}
    for event in known.mine("item_adopted", unit):
        if event.on <= through:
            best[event.item] = max(best.get(event.item, 0), _price(known.items[event.item], unit, event))
    return 100 * sum(best.values())


def _price(item: Any, unit: str, event: Any) -> int:
    if event.channel == "county" and event.placement != "regular":
        return 5 if event.placement == "brief" else 10
    count = len(item.credited)
    column = "sole" if count == 1 else "lead" if item.lead == unit else "two" if count == 2 else "several"
    return PRICES[column][event.channel]


def _bonus(known: Known, unit: str, start: date, end: date, chosen: Mapping[str, str]) -> int:
    """The bonuses of endorsements that fall between two days."""
    total = 0
    for item in known.items.values():
        if unit in item.credited:
            ways = len(item.credited)
            total += sum(
                points.rounded(Fraction(100 * value, ways)) for day, value in _bonuses(known, item.item, chosen) if start <= day <= end
            )
    return total


def _bonuses(known: Known, item: str, chosen: Mapping[str, str]) -> Iterator[tuple[date, int]]:
    """An item's bonuses and their days."""
    paying = [(event.on, event.level == "county") for event in known.of("item_endorsed", item=item) if _pays(known, event, chosen)]
    county = next((place for place, (_, lesser) in enumerate(paying) if lesser), None)
    senior = next((place for place, (_, lesser) in enumerate(paying) if not lesser), None)
    if chosen["endorsement_cross_route"] == "highest" and county is not None and senior is not None:
        if county < senior:
            yield paying[county][0], 40
            yield paying[senior][0], 60
        else:
            yield paying[senior][0], 100
        return
    if county is not None:
        yield paying[county][0], 40
    if senior is not None:
        yield paying[senior][0], 100


def _pays(known: Known, event: Any, chosen: Mapping[str, str]) -> bool:
    if chosen["endorsement_needs_channel"] == "no":
        return True
    channels = ("county",) if event.level == "county" else ("upward", "city", "region")
    return any(other.channel in channels and other.on <= event.on for other in known.of("item_adopted", item=event.item))


def _completed(known: Known, unit: str, earned: Callable[[date], int]) -> date | None:
    """The first day of the year on which the target was reached: asked of every day on which anything is recorded."""
    joined = min(event.on for event in known.of("unit_enrolled", unit_id=unit))
    days = (day for day in known.days if day.year == known.year and day >= joined)
    return next((day for day in days if earned(day) >= known.target(unit, "adoption_year", day)), None)


def _class(known: Known, event: Any, chosen: Mapping[str, str]) -> str:
    channels = ("written",) if chosen["incident_clock"] == "written" else ("phone", "written")
    reports = [report.on for report in known.of("incident_reported", incident=event.incident) if report.channel in channels]
    end = datetime.combine(known.as_of + timedelta(days=1), time(), times.SHANGHAI)
    hours = (min([*reports, end]) - event.on) / timedelta(hours=1)
    return "concealed" if hours > 48 else "omitted" if hours > 12 else "late" if hours > 2 else "in time"


def _solicitations(known: Known, unit: str) -> int:
    lost = 2 * len(known.this_year("solicitation_missed", unit=unit))
    lost += 2 * len(known.this_year("finding_established", unit=unit, finding="flawed_submission"))
    lost += len(known.this_year("feedback_failed", unit=unit, how="late")) + 5 * len(
        known.this_year("feedback_failed", unit=unit, how="none")
    )
    return 100 * (20 - min(20, lost))


def _mechanism(known: Known, unit: str) -> int:
    costs = {
        "mechanism_unsound": 20,
        "leadership_inattentive": 5,
        "incentives_incomplete": 5,
        "no_dedicated_staff": 5,
        "activity_abnormal": 5,
    }
    found = {event.finding for event in known.this_year("finding_established", unit=unit)}
    return 100 * (20 - min(20, sum(costs.get(finding, 0) for finding in found)))


# Qingshan 2020


def _qingshan(known: Known, unit: str, chosen: Mapping[str, str]) -> Verdict:
    last = date(known.year, 12, 31)
    submitted = [event for event in known.this_year("item_submitted") if unit in event.credited]
    adopted = [event for event in known.mine("item_adopted", unit) if event.on.year == known.year]
    of_adopted = [known.items[event.item].category for event in adopted]
    misses = [event for event in known.this_year("solicitation_missed", unit=unit) if event.how in ("late", "none")]
    topics = len({known.calls[event.solicitation].topic for event in misses})
    measures = {
        "submissions": len(submitted),
        "adoptions": len(adopted),
        "comprehensive_submissions": sum(event.category in COMPREHENSIVE for event in submitted),
        "comprehensive_adoptions": sum(category in COMPREHENSIVE for category in of_adopted),
    }
    second = 80 if chosen["missed_tiers"] == "totals" else 110
    score = sum(_paid(event.channel, known.items[event.item].category) for event in adopted) + _endorsed(known, unit)
    score += 10 * len(known.this_year("solicitation_fulfilled", unit=unit)) + 100 * len(known.this_year("training_completed", unit=unit))
    score -= (0, 30, second)[min(topics, 2)]
    score -= 50 * len(known.this_year("finding_established", unit=unit, finding="gatekeeping_lapse"))
    day = min(known.as_of, last)
    short = {name: max(0, known.target(unit, name, day) // 100 - value) for name, value in measures.items()}
    penalty = 2 * short["submissions"]
    penalty += 2 * short["comprehensive_submissions"] if chosen["shortfall_counts"] == "submissions_and_comprehensive" else 0
    over = known.as_of >= last
    flags = {"circular_criticism"} if topics >= 2 else set()
    flags |= {"ruling_needed"} if topics >= 3 and chosen["missed_tiers"] == "totals" else set()
    flags |= {"target_unmet"} if over and any(short.values()) else set()
    flags |= {"ruling_needed"} if over and known.year == 2020 and short["submissions"] else set()
    closed = score - penalty
    settled = 100 * (closed if over else score)
    counts = {name: 100 * value for name, value in {**measures, "missed_topics": topics}.items()}
    return Verdict(settled, 0, 100 * closed, counts, frozenset(flags), (-settled,))


def _paid(channel: str, category: str | None) -> int:
    """What an adoption pays; without a category, where the price depends on it, nothing."""
    wide = category in (*COMPREHENSIVE, "dynamic")
    if channel == "district_upward":
        return {"problem": 20, "dynamic": 15}.get(category or "", 30 if wide else 0)
    if channel == "city":
        return 15 if category == "dynamic" else 30 if wide else 0
    return {"district_general": 15, "district_special": 100, "state_council": 100, "region": 40}[channel]


def _endorsed(known: Known, unit: str) -> int:
    """Once for an item and level in its life, on the first day."""
    first: dict[tuple[str, str], date] = {}
    for event in known.mine("item_endorsed", unit):
        first.setdefault((event.item, event.level), event.on)
    return sum({"region": 100, "city": 50, "district": 40}[level] for (_, level), day in first.items() if day.year == known.year)
