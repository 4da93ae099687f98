"""What stands inside a ledger, looked at without writing: whatever is wrong is said, and nothing raises."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import islice

from ledger.errors import LedgerError, Problem, StoreError
from ledger.journal.checks import Check, State, fine
from ledger.journal.copies import noted
from ledger.journal.database import Database
from ledger.journal.decode import subjects_named
from ledger.journal.definitions import Difference, differences
from ledger.journal.failures import faults, one_line
from ledger.journal.merkle import KEPT_LEVEL, Frontier
from ledger.journal.opening import hashing_of
from ledger.journal.places import Place
from ledger.journal.reader import connect
from ledger.journal.record import FORMAT, UNREADABLE, leaf_input, read_body, read_envelope, stamp
from ledger.journal.schema import IS_RARE, LAST_GIVEN, LOG_TABLES
from ledger.journal.server_schema import LOG_TABLES as SERVER_TABLES

_BLOCKS = 4
"""The tail is this many blocks of the kept level, the last of them begun: some thousand events, hashed in a few ms."""
_SMALL = 256 << 20
"""Bytes up to which SQLite's quick check is done in about a second."""
_MOST = 5
_HOLDING = frozenset({"index", "table"})
_ACTING = frozenset({"trigger", "rule"})
_BACKUP_AGE = timedelta(days=7)


def inside(path: Place, now: datetime) -> Iterator[Check]:
    """The checks of the ledger at ``path``: what it is, and if it is a ledger of this format, how it stands at ``now``."""
    try:
        db = connect(path)
    except StoreError as error:
        yield Check("format", "wrong", error.problem)
        return
    with closing(db):
        yield fine("format", "doctor.format", format=FORMAT)
        for name, check in _checks(db, now).items():
            yield from looked_at(name, db, check)


def _checks(db: Database, now: datetime) -> Mapping[str, Iterator[Check]]:
    if isinstance(db, sqlite3.Connection):
        return {name: check(db, now) for name, check in _CHECKS.items()}
    return {name: check(db, now) for name, check in _OF_EITHER.items()}


def looked_at(name: str, db: Database, check: Iterator[Check]) -> list[Check]:
    """What a check finds, in one snapshot, for others may record meanwhile.

    That it cannot even look is a finding, as with a column that holds what no ledger writes.
    """
    found: list[Check] = []
    unfit: tuple[type[Exception], ...] = (*faults(), TypeError, ValueError)
    try:
        db.execute("BEGIN")
        found.extend(check)
    except unfit as error:
        found.append(Check(name, "wrong", Problem("doctor.unreadable", params={"reason": one_line(error)}), Problem("doctor.do_restore")))
    except LedgerError as error:
        found.append(Check(name, "wrong", error.problem))
    with suppress(*faults()):  # a connection that is lost has nothing to end
        db.rollback()
    return found


def _journal_mode(db: sqlite3.Connection, _now: datetime) -> Iterator[Check]:
    ((mode,),) = db.execute("PRAGMA journal_mode").fetchall()
    if mode == "wal":
        yield fine("journal_mode", "doctor.wal")
    else:
        yield Check("journal_mode", "note", Problem("doctor.other_mode", params={"mode": mode}), Problem("doctor.do_nothing_yet"))


def _definitions(db: Database, _now: datetime) -> Iterator[Check]:
    """What differs from the tables, indexes and guards that this version makes."""
    found = _differences(db)
    yield from map(differing, found)
    if not found:
        yield fine("definitions", "doctor.definitions")


def _differences(db: Database) -> list[Difference]:
    if isinstance(db, sqlite3.Connection):
        return differences(db)
    from ledger.journal import server_definitions

    return server_definitions.differences(db)


def differing(each: Difference) -> Check:
    """The check that says a difference, and what to do about it."""
    state, advice = _judged(each)
    said = {"type": each.type, "name": each.name, "table": each.table}
    return Check("definitions", state, Problem(f"doctor.{each.how}_definition", params=said), Problem(f"doctor.{advice}", params=said))


def _judged(each: Difference) -> tuple[State, str]:
    """A guard that is gone was taken away; an index is older; what is foreign may do anything if it acts when the log is written."""
    if each.mended:
        return "note" if each.type in _HOLDING else "wrong", "do_upgrade"
    if each.how == "foreign":
        return "wrong" if each.type in _ACTING and each.table in (*LOG_TABLES, *SERVER_TABLES) else "note", "do_ask"
    return "wrong", "do_restore"


def _tail(db: Database, _now: datetime) -> Iterator[Check]:
    """Hashes the last events again and builds the tree's end over them and the nodes kept of what comes before."""
    last, start = _span(db)
    wrong = list(islice(_wrong_in_tail(db, last, start), _MOST))
    for problem in wrong:
        yield Check("tail", "wrong", problem, Problem("doctor.do_verify"))
    if not wrong:
        yield fine("tail", "doctor.tail", count=last - start, last=last)


def _span(db: Database) -> tuple[int, int]:
    """The log's last position, and the one before the tail, where a kept node ends."""
    ((last,),) = db.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchall()
    return last, max((last >> KEPT_LEVEL) - _BLOCKS + 1, 0) << KEPT_LEVEL


def _wrong_in_tail(db: Database, last: int, start: int) -> Iterator[Problem]:
    rows = db.execute("SELECT rowid, envelope, state, leaf, recorded_at FROM stored_events WHERE rowid > ? ORDER BY rowid", (start,))
    frontier, end = Frontier(hashing=hashing_of(db)), (last, "")
    leaves: list[bytes] = []
    for position, sealed, body, leaf, recorded_at in rows:
        end = (last, recorded_at)
        if position != start + len(leaves) + 1:
            yield Problem("journal.found_missing", params={"first": start + len(leaves) + 1, "last": position - 1})
            return  # nothing after it fits
        plain = type(sealed) is type(body) is bytes
        leaves.append(frontier.hashing.leaf(leaf_input(sealed, body)) if plain else b"")
        if leaves[-1] != leaf:
            yield Problem("journal.found_leaf", params={"position": position})
    if all(leaves):
        yield from _wrong_in_tree(db, frontier, leaves, end)


def _wrong_in_tree(db: Database, frontier: Frontier, leaves: list[bytes], end: tuple[int, str]) -> Iterator[Problem]:
    """What the head and the kept nodes say of the tree whose last ``leaves`` these are, and whose end was recorded then."""
    (last, recorded_at), before = end, (end[0] - len(leaves)) >> KEPT_LEVEL
    nodes = [node for (node,) in db.execute("SELECT hash FROM tree_nodes WHERE level = ? ORDER BY idx", (KEPT_LEVEL,))]
    for node in nodes[:before]:
        frontier.join(node, KEPT_LEVEL)
    if len(nodes) < before or frontier.extend(leaves) != nodes[before:]:
        yield Problem("journal.found_nodes", params={"events": last})
        return
    head = db.execute("SELECT position, recorded_at, frontier FROM head").fetchall()
    if head != [(last, recorded_at, frontier.to_bytes())]:
        yield Problem("journal.found_head", params={"position": head[0][0] if head else 0, "events": last})
    given = db.execute(LAST_GIVEN).fetchone()
    if (given[0] if given else 0) != last:
        yield Problem("journal.found_tail", params={"position": last, "given": given[0] if given else 0})


def _mentions(db: Database, _now: datetime) -> Iterator[Check]:
    """The table of mentions says of the tail what the events say: it is what a figure of one unit is read by."""
    _, start = _span(db)
    named: dict[str, list[int]] = {}
    for position, sealed, body in db.execute("SELECT rowid, envelope, state FROM stored_events WHERE rowid > ? ORDER BY rowid", (start,)):
        try:
            said = read_envelope(sealed)
            for subject in subjects_named(said, read_body(body)):
                named.setdefault(subject, []).append(position)
        except UNREADABLE as error:
            problem = Problem("journal.bad_body", params={"position": position, "reason": str(error)})
            yield Check("mentions", "wrong", problem, Problem("doctor.do_verify"))
            return
    statement = "SELECT position FROM event_mentions WHERE subject = ? AND position > ? ORDER BY position"
    stale = [subject for subject, positions in named.items() if [each for (each,) in db.execute(statement, (subject, start))] != positions]
    for subject in stale[:_MOST]:
        problem = Problem("journal.found_mention", params={"position": named[subject][-1], "subject": subject})
        yield Check("mentions", "wrong", problem, Problem("doctor.do_restore"))
    if not stale:
        yield fine("mentions", "doctor.mentions")


def _pages(db: sqlite3.Connection, _now: datetime) -> Iterator[Check]:
    """SQLite's own check of its pages, where it is quick."""
    ((pages,),), ((size,),) = db.execute("PRAGMA page_count").fetchall(), db.execute("PRAGMA page_size").fetchall()
    if pages * size > _SMALL:
        yield fine("pages", "doctor.pages_many", size=f"{pages * size >> 20} MiB")
        return
    wrong = [line for (line,) in db.execute(f"PRAGMA quick_check({_MOST})") if line != "ok"]
    for line in wrong:
        yield Check("pages", "wrong", Problem("journal.found_damage", params={"reason": line}), Problem("doctor.do_restore"))
    if not wrong:
        yield fine("pages", "doctor.pages")


def _clock(db: Database, now: datetime) -> Iterator[Check]:
    """The clock is not behind the last event."""
    last = db.execute("SELECT recorded_at FROM stored_events ORDER BY rowid DESC LIMIT 1").fetchall()
    said = {"now": stamp(now), "last": str(last[0][0]) if last else "–"}
    if last and said["last"] > said["now"]:
        yield Check("clock", "wrong", Problem("doctor.clock_behind", params=said), Problem("doctor.do_clock"))
    else:
        yield fine("clock", "doctor.clock", **said)


def _backup(db: Database, now: datetime) -> Iterator[Check]:
    """When a backup was last made by this program. Copies made by hand are known to nobody."""
    made = [copy for copy in noted(db) if copy.what == "backup"]
    if not made:
        yield Check("backup", "note", Problem("doctor.no_backup"), Problem("doctor.do_backup"))
        return
    last, _ = _span(db)
    said = {"made_at": made[-1].made_at[:19].replace("T", " "), "place": made[-1].place, "events": last - made[-1].position}
    old = said["events"] and made[-1].made_at < stamp(now - _BACKUP_AGE)
    found = Problem("doctor.backup", params=said)
    yield Check("backup", "note", found, Problem("doctor.do_backup")) if old else Check("backup", "ok", found)


def _checkpoint(db: Database, _now: datetime) -> Iterator[Check]:
    """The checkpoint that the log itself published last: that of the last closing."""
    statement = f"SELECT rowid, recorded_at FROM stored_events WHERE topic = 'period_closed' AND ({IS_RARE}) ORDER BY rowid DESC LIMIT 1"
    found = db.execute(statement).fetchall()
    if found:
        yield fine("checkpoint", "doctor.checkpoint", position=found[0][0], recorded_at=str(found[0][1])[:19].replace("T", " "))
    else:
        yield Check("checkpoint", "note", Problem("doctor.no_checkpoint"), Problem("doctor.do_checkpoint"))


_OF_EITHER: Mapping[str, Callable[[Database, datetime], Iterator[Check]]] = {
    "definitions": _definitions,
    "tail": _tail,
    "mentions": _mentions,
    "clock": _clock,
    "backup": _backup,
    "checkpoint": _checkpoint,
}
_CHECKS: Mapping[str, Callable[[sqlite3.Connection, datetime], Iterator[Check]]] = {
    "journal_mode": _journal_mode,
    "definitions": _definitions,
    "pages": _pages,
    **_OF_EITHER,
}
