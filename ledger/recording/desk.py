"""One write transaction's work: entries are judged against the live facts, and appended.

The desk works by the chunk. What a chunk's entries touch is loaded at its start, in a few queries; the accepted ones
are appended at its end. What has been loaded is kept for the next chunk while it is not too much, and for the next
transaction where nobody else has written meanwhile: see :meth:`Desk.resume`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from ledger.aggregates.boundary import Boundary
from ledger.aggregates.oversight import Surveyed
from ledger.errors import Problem, Refused, nearest, position_meant
from ledger.events import LEDGERS_FIELDS, LEDGERS_OWN, ChangeProposed, Event, EventReversed, UnitEnrolled, references
from ledger.journal.record import Record, record
from ledger.journal.rows import Row
from ledger.journal.writer import Writer
from ledger.recording.context import Context
from ledger.recording.intake import Entry, event_id
from ledger.recording.recall import REVERSAL, live, reached, restore, subjects_of, target_of, void_among
from ledger.recording.world import FAMILIES, ROSTER_KINDS, World, bounded

_KEPT = 20_000
_NAMED = 10
_NOT_KNOWN = ("aggregates.item_not_known", "aggregates.solicitation_not_known", "aggregates.incident_not_known")


class Known(NamedTuple):
    """An event that the log has, or that this transaction has accepted."""

    event: Event
    stream: str
    body: bytes


class Desk:
    """See the module. ``world`` is what everything is judged against; ``adjust``, why late facts are taken into closed periods,
    and ``late`` how many were.

    ``proposing`` lets pass what takes four eyes: it is only to be proposed.
    """

    def __init__(self, writer: Writer, context: Context) -> None:
        self.world = World(context.schemes, context.roster, self)
        self.adjust: str | None = None
        self.late = 0
        self.proposing = False
        self._periods, self._oversight = context.periods, context.oversight
        self._writer = writer
        self._roster_ids = set(context.ids)
        self._void: set[str] = set()
        self._versions: dict[str, int] = {}
        self._rows: dict[str, Row] = {}
        self._fresh: dict[str, Known] = {}
        self._accepted: list[tuple[str, Record]] = []

    def resume(self, writer: Writer) -> None:
        """Goes on in another transaction, on a log that ends where this desk's last transaction left it."""
        self.adjust, self.late, self.proposing = None, 0, False
        self._writer = writer

    def touches_roster(self, said: Mapping[str, object]) -> bool:
        """Whether a record may change how the ones after it are read, so that it needs a chunk of its own."""
        if said.get("kind") != REVERSAL:
            return str(said.get("kind")) in ROSTER_KINDS
        return event_id(self._writer, str(said.get("target"))) in self._roster_ids

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Loads what these entries are to be judged against. Everything accepted before has been appended."""
        if len(self._versions) > _KEPT:
            self.world.states.clear()
            self._versions.clear()
            self._void.clear()
        self._fresh.clear()
        named = [entry.event.id for entry in entries if not entry.unnamed]
        self._rows = self._writer.by_id(named) if named else {}
        targets = {event.target for event, *_ in entries if type(event) is EventReversed}
        reached = self._reached(targets) if targets else {}
        self._rows.update(reached)
        lives = {life for entry in entries if entry.event.id not in self._rows for life in entry.lives}
        if reached:
            lives.update(life for row in reached.values() if row.kind != REVERSAL for life in bounded(subjects_of(restore(row))))
        self._load({life for life in lives if life not in self.world.states}, reached.values())

    def _reached(self, targets: Collection[str]) -> dict[str, Row]:
        """The targets' rows and, where these are reversals, their targets', to the end."""
        reached: dict[str, Row] = {}
        while targets:
            rows = self._writer.by_id(targets)
            reached.update(rows)
            targets = {target_of(row) for row in rows.values() if row.kind == REVERSAL} - reached.keys()
        return reached

    def _load(self, lives: Set[str], others: Collection[Row] = ()) -> None:
        if not lives and not others:
            return
        rows = self._writer.load(lives) if lives else []
        seen, void = void_among(self._writer, [*rows, *others])
        self._void.difference_update(seen)
        self._void.update(void)
        self._versions.update(dict.fromkeys(lives, 0))
        self._versions.update((row.stream, row.stream_version) for row in rows if row.stream in lives)
        states: dict[str, Boundary] = {life: FAMILIES[life.partition(":")[0]]() for life in lives}
        for row in rows:
            if row.kind != REVERSAL and row.id not in void:
                event = restore(row)
                for life in subjects_of(event):
                    if life in states:
                        states[life] = states[life].evolve(event)
        self.world.states.update(states)

    def state(self, subject: str) -> Boundary:
        """See :class:`ledger.recording.world.Recall`."""
        self._load({subject})
        return self.world.states[subject]

    def of_unit(self, subject: str) -> list[Event]:
        """See :class:`ledger.recording.world.Recall`."""
        rows = {row.id: row for row in (*self._writer.load([subject]), *self._writer.mentioning(subject, -1))}
        return [fact for fact in live(self._writer, sorted(rows.values())) if not isinstance(fact, UnitEnrolled)]

    def known(self, own_id: str) -> Known | None:
        """The event of this id, among those of this chunk and those it names."""
        if own_id in self._fresh:
            return self._fresh[own_id]
        row = self._rows.get(own_id)
        return Known(restore(row), row.stream, row.body) if row else None

    def find(self, reference: str) -> Known:
        """The event of this id, or at this position (``@N``). Raises Refused where there is none."""
        meant = event_id(self._writer, reference)
        self._rows.update(self._reached({meant}))
        found = self.known(meant)
        if found is None:
            raise self._no_event(reference)
        return found

    def recorded_already(self, entry: Entry) -> bool:
        """Whether the log has this entry. Raises Refused where its id stands for something else."""
        own_id = entry.event.id
        if own_id in self._fresh:
            kind, stored = self._fresh[own_id].event.kind, self._fresh[own_id].body
        elif own_id in self._rows:
            kind, stored = self._rows[own_id].kind, self._rows[own_id].body
        else:
            return False
        if kind == entry.event.kind and (stored == entry.record.state or _said(entry, stored) == _said(entry, entry.record.state)):
            return True
        key = "erased_content" if kind == entry.event.kind and self._erased(entry, stored) else "other_content"
        raise Refused(Problem(f"recording.{key}", "id", params={"id": own_id, "kind": kind}))

    def _erased(self, entry: Entry, stored: bytes) -> bool:
        """Whether a record differs from what is stored in persons alone, whose names were erased: none of them can be compared."""
        before, now = _said(entry, stored), _said(entry, entry.record.state)
        persons = {use.name for use in references(type(entry.event)) if use.ref == "person"}
        differing = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
        return differing <= persons and not self._writer.names.names(before[name] for name in differing if name in before)

    def judge(self, entry: Entry) -> None:
        """Accepts the entry. Raises Refused with every reason against it."""
        if isinstance(entry.event, EventReversed):
            target, _ = self.reverse(entry.event.target)
            self._accept(entry, target.stream)
            return
        entry = self.adjusted(entry)
        late = self._periods.decide(entry.event)
        if entry.event.kind in ROSTER_KINDS:
            self._rearrange(entry, late)
        else:
            self._enter(self.world, entry.event, entry.lives, late)
        self._accept(entry, entry.record.originator_id)

    def adjusted(self, entry: Entry) -> Entry:
        """The entry, with the reason for taking it where it is a late fact of a closed period."""
        if self.adjust is None or entry.event.adjust is not None or not self._periods.late(entry.event):
            return entry
        self.late += 1
        event = entry.event.model_copy(update={"adjust": self.adjust})
        return entry._replace(event=event, record=record(event, 0))

    def demand_open(self, event: Event, proposal: str) -> None:
        """Raises Refused for a fact of a proposal that has become late: a period was closed since it was made."""
        late = self._periods.decide(event)
        if late:
            raise Refused(Problem("recording.closed_meanwhile", "proposal", params={**late.params, "proposal": proposal}))

    def _rearrange(self, entry: Entry, late: Problem | None) -> None:
        """A change of the roster, which nothing recorded may contradict: a unit that leaves has no facts from then on."""
        trial = self.world.fork()
        self._enter(trial, entry.event, entry.lives, late)
        fallen = trial.fall(subjects_of(entry.event))
        if fallen:
            raise Refused(Problem("recording.contradicted", "on", params={"count": len(fallen), "facts": _listed(fallen)}))
        self.world.adopt(trial)

    def _accept(self, entry: Entry, stream: str) -> None:
        event = entry.event
        self._demand_four_eyes(event)
        self._fresh[event.id] = Known(event, stream, entry.record.state)
        self._accepted.append((stream, entry.record))
        if event.kind in ROSTER_KINDS or (isinstance(event, EventReversed) and event.target in self._roster_ids):
            self._roster_ids.add(event.id)

    def _demand_four_eyes(self, event: Event) -> None:
        """Raises Refused for what the policy does not leave to one alone, unless it is only proposed."""
        if self.proposing or not self._oversight.covers:
            return
        fact = reached(event, lambda target: self.find(target).event)
        problem = self._oversight.decide(Surveyed(event, fact), self.world.schemes, self._periods)
        if problem:
            raise Refused(problem)

    def reverse(self, target: str, *, cascade: bool = False, instead: Entry | None = None) -> tuple[Known, list[Event]]:
        """Makes an event of no account, and with ``cascade`` its live dependants; accepts the entry that stands instead.

        Returns the target and the dependants, in the order they fell. Raises Refused for a target that is unknown,
        the ledger's own or reversed already, for dependants without ``cascade``, and for what would come back or stand
        instead and cannot.
        """
        flips = self._flips(target)
        base, falls = flips[-1]
        subjects = subjects_of(base.event)
        lives = bounded(subjects)
        trial = self.world.fork()
        if falls:
            trial.retract(base.event, lives)
        else:
            self._enter(trial, base.event, lives)
        if instead:
            self._enter(trial, instead.event, instead.lives)
        fallen = trial.fall({*subjects, *(instead.lives if instead else ())})
        if fallen and not cascade:
            raise Refused(_dependants(target, fallen))
        self.world.adopt(trial)
        self._void.difference_update(known.event.id for known, gone in flips if not gone)
        self._void.update((known.event.id for known, gone in flips if gone), (fact.id for fact in fallen))
        return flips[0][0], fallen

    def _enter(self, world: World, fact: Event, lives: Sequence[str], late: Problem | None = None) -> None:
        """A new fact, or one that comes back or stands instead of another: all are judged alike, but that a new one may be ``late``."""
        problems = [*world.problems(fact, lives), *([late] if late else [])]
        if problems:
            raise Refused(*[self._with_nearest(world.in_words(problem)) for problem in problems])
        world.evolve(fact, lives)

    def _with_nearest(self, problem: Problem) -> Problem:
        """Names what is known and most like what is not."""
        if problem.key not in _NOT_KNOWN:
            return problem
        family, name = str(problem.field), problem.params[str(problem.field)]
        known = [stream.partition(":")[2] for stream in self._writer.near_streams(f"{family}:{name}")]
        return replace(problem, params={**problem.params, "nearest": nearest(name, known) or "–"})

    def _flips(self, target: str) -> list[tuple[Known, bool]]:
        """What a reversal of ``target`` changes, down to a fact that is no reversal; each with whether it goes or comes back."""
        known = self._standing(target)
        flips = [(known, True)]
        while isinstance(known.event, EventReversed):
            gone = not flips[-1][1]
            known = self._standing(known.event.target) if gone else self._recorded(known.event.target)
            flips.append((known, gone))
        return flips

    def _recorded(self, target: str) -> Known:
        known = self.known(target)
        if known is None:
            raise self._no_event(target)
        return known

    def _no_event(self, reference: str) -> Refused:
        meant = position_meant(reference, self._writer.position)
        if reference.startswith("@") and not meant:
            return Refused(Problem("recording.no_position", "target", params={"target": reference, "last": self._writer.position}))
        close = meant or nearest(reference, self._writer.near_ids(reference))
        return Refused(Problem("recording.no_event", "target", params={"target": reference, "nearest": close}))

    def _standing(self, target: str) -> Known:
        known = self._recorded(target)
        if target in self._void:
            raise Refused(Problem("recording.reversed_already", "target", params={"target": target, "kind": known.event.kind}))
        if isinstance(known.event, ChangeProposed):
            self.demand_waiting(target)
        elif isinstance(known.event, LEDGERS_OWN):
            raise Refused(Problem("recording.not_reversible", "target", params={"target": target, "kind": known.event.kind}))
        return known

    def demand_waiting(self, proposal: str) -> None:
        """Raises Refused for a proposal that has been carried out, naming where."""
        carried_out = self._writer.mentioning(f"proposal:{proposal}", 1)
        if carried_out:
            raise Refused(
                Problem("recording.approved_already", "proposal", params={"proposal": proposal, "position": carried_out[0].position})
            )

    def accept(self, event: Event, stream: str | None = None) -> None:
        """Takes an event that has been judged; a reversal goes into its target's ``stream``."""
        made = record(event, 0, stream)
        self._accept(Entry(event, made, ()), made.originator_id)

    def withdraw(self) -> list[Record]:
        """Takes back what has been accepted, for it is only proposed. Nothing else is to be judged here then."""
        taken = [made for _, made in self._accepted]
        self._accepted.clear()
        return taken

    def append(self) -> list[int]:
        """Appends what has been accepted, each at the next version of its stream. Returns the positions."""
        versions = self._versions
        unknown = {stream for stream, _ in self._accepted if stream not in versions}
        if unknown:
            versions.update(self._writer.versions(unknown))
        records = []
        for stream, entry in self._accepted:
            versions[stream] = version = versions.get(stream, 0) + 1
            records.append(Record(stream, version, *entry[2:]))
        self._accepted.clear()
        return self._writer.append(records)


def _dependants(target: str, fallen: Sequence[Event]) -> Problem:
    return Problem("recording.dependants", "target", params={"target": target, "count": len(fallen), "dependants": _listed(fallen)})


def _listed(facts: Sequence[Event]) -> str:
    return ", ".join(f"{fact.id} ({fact.kind})" for fact in facts[:_NAMED]) + ("…" if len(facts) > _NAMED else "")


def _said(entry: Entry, stored: bytes) -> dict[str, Any]:
    """What a body says that a record said: not what is the ledger's own, nor a date that was not given."""
    fields: dict[str, Any] = msgspec.json.decode(stored)
    left_out = LEDGERS_FIELDS | {"on"} if entry.undated else LEDGERS_FIELDS
    return {name: value for name, value in fields.items() if name not in left_out}
