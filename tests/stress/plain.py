"""What a ledger promises, over plain dictionaries: one list of what was recorded, and questions that are answered from all of it.

Written apart from the product, and as short as it can be said: nothing is kept but the list, so nothing can be out of date. It knows the
county of :mod:`tests.stress.county`, its units, prices and words, by heart. What the ledger names by chance (the id of a reversal, of a
snapshot, of a file's row) is None here until whoever compares the two fills it in.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Event = dict[str, Any]
Said = Mapping[str, Any]

BEGINS = "2024-01-01"
UNITS = ("jia", "yi")
CHANNELS = {"county": 200, "city": 500}
MISSES = {"late": -100, "none": -200, "substandard": -50}
FACTS = (
    "item_submitted", "item_adopted", "item_endorsed", "solicitation_issued", "solicitation_fulfilled", "solicitation_missed",
    "finding_established", "points_awarded",
)  # fmt: skip
"""The kinds that score, or that others rest on."""
PERIODS = {"2024-02": ("2024-02-01", "2024-02-29"), "2024Q1": ("2024-01-01", "2024-03-31"), "2024Q2": ("2024-04-01", "2024-06-30")}
REVERSED, PROPOSED, CLOSED, POLICY = "event_reversed", "change_proposed", "period_closed", "policy_set"
LEDGERS_OWN = {"who", "adjust", "approves", "row"}


class No(Exception):
    """It is refused: nothing changes."""


def demand(holds: object, otherwise: str) -> None:
    """Says no where something does not hold."""
    if not holds:
        raise No(otherwise)


def voided(log: Iterable[Event]) -> dict[str, str]:
    """The ids of what was reversed, each with the id of the reversal: the last word counts, and one that is reversed says nothing."""
    void: dict[str, str] = {}
    for event in reversed([event for event in log if event["kind"] == REVERSED]):
        if event["id"] not in void:
            void[event["target"]] = event["id"]
    return void


def standing(log: Sequence[Event], *kinds: str) -> list[Event]:
    """The events of these kinds, or the facts, that count."""
    void = voided(log)
    return [event for event in log if event["kind"] in (kinds or FACTS) and event["id"] not in void]


def why_not(fact: Said, others: Iterable[Event]) -> str | None:
    """Why a fact cannot stand beside others; None where it can. The order in which they were recorded says nothing."""
    others = list(others)
    item = next((each for each in others if each["kind"] == "item_submitted" and each["item"] == fact.get("item")), None)
    calls = (each for each in others if each["kind"] == "solicitation_issued")
    call = next((each for each in calls if each["solicitation"] == fact.get("solicitation")), None)
    if fact["on"] < BEGINS:
        return "before there were rules and units"
    if fact["kind"] == "item_submitted":
        return "sent in before" if item else None
    if "item" in fact and item is None:
        return "no such item"
    match fact["kind"]:
        case "item_adopted" | "item_endorsed" if item:
            return _not_on(fact, item, others)
        case "solicitation_issued":
            return "due before it is asked for" if fact["due"] < fact["on"] else "asked for before" if call else None
        case "solicitation_fulfilled" | "solicitation_missed":
            return _not_answered(fact, call, others)
        case "points_awarded" if not 1 <= fact["points"] <= 5:
            return "more or less than the rule allows"
    return None


def _not_on(fact: Said, item: Said, others: Iterable[Event]) -> str | None:
    """An item that was sent in is adopted and endorsed after that, by a channel once, by leaders as often as they like."""
    if fact["on"] < item["on"]:
        return "before it was sent in"
    if fact["kind"] == "item_endorsed":
        return None
    if fact["channel"] not in CHANNELS:
        return "no such channel"
    places = [(each["item"], each["channel"]) for each in others if each["kind"] == "item_adopted"]
    return "adopted there before" if (fact["item"], fact["channel"]) in places else None


def _not_answered(fact: Said, call: Said | None, others: Iterable[Event]) -> str | None:
    """A unit that was asked answers once, in time, or misses; what it sent in time may be found unfit afterwards."""
    if call is None or fact["unit"] not in call["units"]:
        return "nobody asked"
    in_time, unfit = fact["kind"] == "solicitation_fulfilled", fact.get("how") == "substandard"
    if fact["on"] < call["on"] or (in_time and fact["on"] > call["due"]) or (not in_time and not unfit and fact["on"] <= call["due"]):
        return "not on such a day"
    for each in others:
        if each["kind"].startswith("solicitation_") and each.get("unit") == fact["unit"] and each["solicitation"] == fact["solicitation"]:
            sent, found = (fact, each) if in_time else (each, fact)
            judged = sent["kind"] == "solicitation_fulfilled" and found.get("how") == "substandard" and found["on"] >= sent["on"]
            if not judged:
                return "answered before"
    return None


def falling(facts: Iterable[Event]) -> list[Event]:
    """The facts that cannot stand beside the rest of them, nor beside what is left then, to the end."""
    left = list(facts)
    while wrong := [each for each in left if why_not(each, [other for other in left if other is not each])]:
        left = [each for each in left if each not in wrong]
    return [each for each in facts if each not in left]


def price(fact: Said) -> int:
    """What a fact is worth, in hundredths."""
    match fact:
        case {"kind": "item_adopted", "channel": str(channel)}:
            return CHANNELS[channel]
        case {"kind": "item_endorsed"}:
            return 300
        case {"kind": "solicitation_fulfilled"}:
            return 100
        case {"kind": "solicitation_missed", "how": str(how)}:
            return MISSES[how]
        case {"kind": "finding_established", "finding": "idle"}:
            return -400
        case {"kind": "points_awarded", "points": int(points)}:
            return points * 100
    return 0


def scores(log: Sequence[Event], day: str) -> dict[str, int]:
    """What each unit has as of a day: the sum of what counts, an item's points in equal parts; nothing, where it was found false.

    A log may be cut between the reversal of an item and the item that stands instead: it is nobody's there.
    """
    facts = [each for each in standing(log) if each["on"] <= day]
    credited = {each["item"]: each.get("units", [each.get("unit")]) for each in facts if each["kind"] == "item_submitted"}
    total = dict.fromkeys(UNITS, 0)
    for fact in facts:
        units = credited.get(fact["item"], []) if fact["kind"] in ("item_adopted", "item_endorsed") else [fact.get("unit")]
        for unit in units if price(fact) else ():
            total[str(unit)] += price(fact) // len(units)
    false = {each["unit"] for each in facts if each.get("finding") == "falsity"}
    return {unit: 0 if unit in false else score for unit, score in total.items()}


class Plain:
    """The list of what was recorded, from position 1 on, and what may be done next. What is refused raises :class:`No`."""

    def __init__(self, log: Iterable[Event], today: date, *, proposing: bool = False) -> None:
        self.log, self.today, self._proposing = list(log), today, proposing

    def trial(self, *, proposing: bool = False) -> Plain:
        """Another one to try something on."""
        return Plain(self.log, self.today, proposing=proposing)

    def find(self, own_id: str | None) -> Event | None:
        """The event of an id."""
        return next((each for each in self.log if own_id is not None and each["id"] == own_id), None)

    def closed(self, day: str) -> list[str]:
        """The closed periods that a day is in."""
        names = [each["period"] for each in self.log if each["kind"] == CLOSED]
        return [name for name in names if PERIODS[name][0] <= day <= PERIODS[name][1]]

    def policy(self) -> list[str]:
        """What takes two."""
        return next((each["four_eyes"] for each in reversed(self.log) if each["kind"] == POLICY), [])

    def waiting(self) -> list[str]:
        """The proposals that were neither withdrawn nor carried out."""
        done = {each.get("approves") for each in self.log}
        return [each["id"] for each in standing(self.log, PROPOSED) if each["id"] not in done]

    def _take(self, who: str, event: Said) -> None:
        """One more event, unless the policy leaves it to two."""
        made = {**event, "who": who}
        demand(self._proposing or "approves" in made or not {*self._covers(made)} & {*self.policy()}, "takes two")
        self.log.append(made)

    def _covers(self, event: Said) -> Iterator[str]:
        fact = event
        while fact["kind"] == REVERSED:
            fact = self.find(fact["target"]) or {}
        if event["kind"] == POLICY:
            yield from self.policy()
        if fact.get("finding") == "falsity":
            yield "veto_findings"
        if event.get("adjust") or (event["kind"] == REVERSED and self.closed(fact["on"])):
            yield "closed_periods"

    def _judge(self, who: str, said: Said, adjust: str | None, **more: Any) -> bool:
        """One more fact, or reversal. Returns whether it is late; a late one says why."""
        if said["kind"] == REVERSED:
            self._reverse(who, {**said, **more})
            return False
        late = bool(self.closed(said["on"])) and not said.get("adjust")
        demand(adjust or not late, "the period is closed")
        reason = why_not(said, standing(self.log))
        demand(reason is None, reason or "")
        self._take(who, {**said, **more, **({"adjust": adjust} if late else {})})
        return late

    def record(self, who: str, said: Said, adjust: str | None = None) -> tuple[int, bool]:
        """One record: its position, and whether it is late. What is in the log already is not recorded again."""
        known = self.find(said["id"])
        if known is None:
            late = self._judge(who, said, adjust)
            return len(self.log), late
        demand(spoken(known) == spoken(said), "the id is another's")
        return self.log.index(known) + 1, False

    def bring(self, who: str, rows: Sequence[Said], source: str, adjust: str | None) -> tuple[int, int, int]:
        """A file, all of it or nothing: how many rows are new, known already and late. A row without an id is known by its content."""
        trial, seen, known, late = self.trial(), Counter[str](), 0, 0
        for row in rows:
            content = json.dumps([source, row], ensure_ascii=False, sort_keys=True)
            seen[content] += 1
            mark = None if "id" in row else f"{content} {seen[content]}"
            if mark and any(each.get("row") == mark for each in trial.log):
                known += 1
            elif "id" in row:
                before = len(trial.log)
                late += trial.record(who, row, adjust)[1]
                known += len(trial.log) == before
            else:
                late += trial._judge(who, {"id": None, **row}, adjust, row=mark)
        self.log = trial.log
        return len(rows) - known, known, late

    def _reverse(self, who: str, said: Said, instead: Said | None = None, *, cascade: bool = False) -> list[str]:
        """Takes an event back, with what cannot be without it, or another beside it. Returns the ids of what fell."""
        target, void = said["target"], voided(self.log)
        old = self.find(target)
        demand(old and target not in void and old["kind"] in {*FACTS, REVERSED, PROPOSED}, "nothing to take back")
        reversal = {"on": self.today.isoformat(), **said}
        before = standing(self.log, *FACTS, PROPOSED)
        after = standing([*self.log, {**reversal, "id": said["id"] or ""}], *FACTS, PROPOSED)
        moved = [each for each in (*before, *after) if each not in before or each not in after]
        demand(moved, "it would change nothing")
        done = {each.get("approves") for each in self.log}
        demand(moved[0] in after or moved[0]["id"] not in done, "carried out already")
        facts = [each for each in after if each["kind"] in FACTS]
        for new in [each for each in moved if each in facts] + ([dict(instead)] if instead else []):
            reason = why_not(new, [each for each in facts if each is not new])
            demand(reason is None, reason or "")
        fallen = falling([*facts, *([dict(instead)] if instead else [])])
        demand(cascade or not fallen, "others rest on it")
        for each in fallen:
            self._take(who, {**reversal, "id": None, "target": each["id"]})
        self._take(who, reversal)
        if instead:
            self._take(who, instead)
        return [each["id"] for each in fallen]

    def correct(self, who: str, target: str, changes: Mapping[str, str], *, cascade: bool, reason: str) -> list[str]:
        """Takes an event back and, where there are changes, records it with them instead. Returns the ids of what fell."""
        old, instead = self.find(target), None
        demand(old, "nothing to take back")
        if old and changes:
            demand(old["kind"] in FACTS and {*changes} <= {*old}, "no field")
            instead = {**spoken(old), **{name: int(value) if name == "points" else value for name, value in changes.items()}}
            demand(instead != spoken(old), "nothing changes")
            stem = target.partition("~")[0]
            instead["id"] = next(f"{stem}~{n}" for n in range(2, 1000) if not self.find(f"{stem}~{n}"))
            if self.closed(instead["on"]):
                instead["adjust"] = reason
        return self._reverse(who, {"id": None, "kind": REVERSED, "target": target, "reason": reason}, instead, cascade=cascade)

    def close(self, who: str, period: str) -> None:
        """Publishes a period that has ended: what everybody has on its last day, as it is known now."""
        demand(period in PERIODS, "no such period")
        demand(PERIODS[period][1] < self.today.isoformat(), "not over")
        demand(all(each.get("period") != period for each in self.log), "closed before")
        last = PERIODS[period][1]
        self._take(who, {"id": None, "kind": CLOSED, "period": period, "on": last, "scores": scores(self.log, last)})

    def set_policy(self, who: str, covers: Iterable[str]) -> None:
        """Says what takes two."""
        self._take(who, {"id": None, "kind": POLICY, "on": self.today.isoformat(), "four_eyes": sorted(covers)})

    def propose(self, who: str, deed: Callable[[Plain], object]) -> None:
        """Something that counts only when another approves: it must be possible, and do something."""
        trial = self.trial(proposing=True)
        deed(trial)
        events = trial.log[len(self.log) :]
        demand(events, "nothing is proposed")
        self._take(who, {"id": None, "kind": PROPOSED, "on": self.today.isoformat(), "events": events})

    def approve(self, who: str, proposal: str) -> None:
        """Records what another proposed, if that can still be, and does the same as it did then."""
        made = self.find(proposal)
        demand(made and made["kind"] == PROPOSED and proposal in self.waiting(), "nothing waits")
        assert made is not None
        demand(made["who"] != who, "one's own")
        events = [{**each, "approves": proposal} for each in made["events"]]
        reversals = [each for each in events if each["kind"] == REVERSED]
        others = [each for each in events if each["kind"] != REVERSED]
        for each in others:
            demand(self.find(each["id"]) is None, "recorded meanwhile")
            demand(each.get("adjust") or each["kind"] == POLICY or not self.closed(each["on"]), "closed meanwhile")
        if reversals:
            fallen = self._reverse(who, reversals[-1], others[0] if others else None, cascade=True)
            demand({*fallen} == {each["target"] for each in reversals[:-1]}, "not as it was foreseen")
            self.log[-len(events) :] = [{**each, "who": who} for each in events]
            return
        for each in others:
            if each["kind"] == POLICY:
                self._take(who, each)
            else:
                self._judge(who, each, None)


def spoken(event: Said) -> dict[str, Any]:
    """What was said of an event: nothing that is the ledger's own, nor the day of a reversal, which it gives itself."""
    left_out = {*LEDGERS_OWN, "on"} if event["kind"] == REVERSED else LEDGERS_OWN
    return {name: value for name, value in event.items() if name not in left_out}
