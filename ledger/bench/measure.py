"""The measurements: each makes what it needs in a scratch folder and returns its figures."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from ledger.application import Ledger
from ledger.bench import events, peers
from ledger.bench.constructs import CONSTRUCTS
from ledger.bench.events import COUNTY, Workload
from ledger.bench.figures import Figure, best, seconds
from ledger.office.rows import read
from ledger.views import Question

YEAR_END = Question(as_of=COUNTY.last)
ACTOR = "bench"
UNIT = "dapu-zhen"


def made(folder: Path, count: int, load: Workload = COUNTY) -> tuple[Path, Path]:
    """An empty ledger and a file of ``count`` events to import into it."""
    ledger, file = folder / f"{count}.ledger", folder / f"{count}.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in load.records(count))
    Ledger.create(str(ledger), load.scheme, ACTOR)
    return ledger, file


def filled(folder: Path, count: int, load: Workload = COUNTY) -> Path:
    """A ledger of ``count`` events."""
    ledger, file = made(folder, count, load)
    _import(ledger, file)
    return ledger


def _import(ledger: Path, file: Path) -> None:
    with Ledger(str(ledger), ACTOR) as opened:
        done = opened.import_rows(read(file), file.name)
    assert not done.problems, done.problems[0]


def appends(folder: Path, count: int) -> Iterator[Figure]:
    """Single durable appends, ours and raw in turn by tens."""
    from ledger.journal.sqlite import Journal
    from ledger.recording import Recording

    (folder / "single").mkdir()
    full = filled(folder, count)
    rows, mentions = peers.copied(full)
    target = folder / "single" / "ours.ledger"
    Ledger.create(str(target), events.SCHEME, ACTOR)
    records = [(each["kind"], _without_kind(each)) for each in events.records(count)]
    raw = peers.raw_store(folder / "single" / "raw.db", full)
    ours = theirs = 0.0
    with closing(raw), Journal.open(target) as journal:
        recording, skipped = Recording(journal), len(rows) - count
        for first in range(0, count, 10):
            chunk = records[first : first + 10]
            ours += seconds(lambda chunk=chunk: [recording.record(kind, said, ACTOR) for kind, said in chunk])  # type: ignore[misc]
            of_rows = rows[skipped + first : skipped + first + 10]
            span = [each for each in mentions if of_rows[0][0] <= each[1] <= of_rows[-1][0]]
            theirs += seconds(lambda of_rows=of_rows, span=span: peers.raw_insert(raw, of_rows, span, 1))  # type: ignore[misc]
    yield Figure("append", ours / count * 1e6, theirs / count * 1e6, "µs", theirs / ours, "at_least", 0.6)


def _without_kind(record: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if name != "kind"}


def imports(folder: Path, count: int) -> Iterator[Figure]:
    """A file's import, checks and hashing included, against raw inserts of the same rows, 1000 a transaction."""
    ledger, file = made(folder, count)
    ours = seconds(lambda: _import(ledger, file))
    rows, mentions = peers.copied(ledger)
    with closing(peers.raw_store(folder / "raw.db", ledger)) as raw:
        theirs = seconds(lambda: peers.raw_insert(raw, rows, mentions, 1000))
    yield Figure("import", ours / count * 1e6, theirs / count * 1e6, "µs", theirs / ours, "at_least", 0.12)


def replays(folder: Path, count: int) -> Iterator[Figure]:
    """Replay to standings in process, against a raw scan with decode, stock eventsourcing, and hledger where installed."""
    from ledger.bench.stock import Stock

    ledger = folder / f"{count}.ledger"
    ours, scan = best(5, _standings(ledger, COUNTY), lambda: peers.raw_scan(ledger))
    yield Figure("replay_scan", ours * 1e3, scan * 1e3, "ms", ours / scan, "at_most", 3)
    stock = Stock(folder / "stock.db", events.records(count))
    theirs = seconds(stock.replay)
    yield Figure("replay_stock", ours * 1e3, theirs * 1e3, "ms", theirs / ours, "at_least", 8)
    if peers.has_hledger():
        journal = folder / "year.journal"
        peers.hledger_journal(journal, events.records(count))
        theirs = seconds(lambda: peers.hledger_balance(journal))
        yield Figure("replay_hledger", ours * 1e3, theirs * 1e3, "ms", theirs / ours, "at_least", 10)


def constructs(folder: Path, count: int) -> Iterator[Figure]:
    """Replay under a scheme that uses every construct of the language, against a county's of as many events, and against a scan."""
    for name in ("county", "constructs"):
        (folder / name).mkdir()
    county, every = filled(folder / "county", count), filled(folder / "constructs", count, CONSTRUCTS)
    theirs, ours, scan = best(5, _standings(county, COUNTY), _standings(every, CONSTRUCTS), lambda: peers.raw_scan(every))
    yield Figure("replay_constructs", ours * 1e3, theirs * 1e3, "ms", theirs / ours, "at_least", 0.5)
    yield Figure("constructs_scan", ours * 1e3, scan * 1e3, "ms", ours / scan, "at_most", 6)


def _standings(ledger: Path, load: Workload) -> Callable[[], None]:
    def standings() -> None:
        with Ledger(str(ledger)) as opened:
            opened.standings(Question(as_of=load.last))

    return standings


def queries(folder: Path, count: int) -> Iterator[Figure]:
    """One unit as of a date in process, and the commands as a person starts them."""
    ledger = filled(folder, count)
    with Ledger(str(ledger)) as opened:
        (alone,) = best(9, lambda: opened.alone(UNIT, YEAR_END))
    yield Figure("one_unit", alone * 1e3, None, "ms", alone * 1e3, "at_most", 15)
    score = ("score", UNIT, "--as-of", COUNTY.last.isoformat())
    helped, scored = best(7, _command(ledger, "--help"), _command(ledger, *score))
    yield Figure("start_help", helped * 1e3, None, "ms", helped * 1e3, "at_most", 100)
    yield Figure("start_score", scored * 1e3, None, "ms", scored * 1e3, "at_most", 500)


def _command(ledger: Path, *words: str) -> Callable[[], object]:
    """A command on a ledger, as a person starts it."""
    call = [sys.executable, "-m", "ledger", *words]
    environment = {**os.environ, "SCORELEDGER": str(ledger)}
    return lambda: subprocess.run(call, check=True, capture_output=True, env=environment)  # noqa: S603 - our own command


def bulletins(folder: Path, count: int) -> Iterator[Figure]:
    """A year's bulletin, as a document to edit and as one to print."""
    ledger, out = filled(folder, count), folder / "out"

    def written(ending: str) -> Callable[[], None]:
        file = out.with_suffix(ending)
        command = _command(ledger, "bulletin", str(COUNTY.last.year), "--out", str(file))

        def write() -> None:
            file.unlink(missing_ok=True)
            command()

        return write

    for ending, took in zip((".docx", ".pdf"), best(3, written(".docx"), written(".pdf")), strict=True):
        yield Figure(f"bulletin_{ending[1:]}", took * 1e3, None, "ms", took * 1e3, "at_most", 3000)


def memory(folder: Path, count: int) -> Iterator[Figure]:
    """The most memory that a process needs to import a large file, and one to replay it to standings; and to verify it."""
    ledger, file = made(folder, count)
    bound = 500 * max(1.0, count / 1_000_000)
    for key, words in (("import_memory", ["import", str(file)]), ("replay_memory", ["standings", "--as-of", COUNTY.last.isoformat()])):
        needed = _peak([*words, "--ledger", str(ledger), "--format", "json"])
        yield Figure(key, needed, None, "MB", needed, "at_most", bound)
    yield _verified(ledger)


def _verified(ledger: Path) -> Figure:
    """Verifying a log, against reading it and hashing its leaves and tree raw, on one core and with no other check."""

    def verify() -> None:
        with Ledger(str(ledger)) as opened:
            found = opened.verify(lambda _done, _total: None)
        assert not found.findings, found.findings[0]

    ours, raw = best(3, verify, lambda: peers.raw_hash(ledger))
    return Figure("verify_raw", ours, raw, "s", ours / raw, "at_most", 2.5)


def _peak(words: list[str]) -> float:
    """The peak of resident memory of one command, in megabytes."""
    process = subprocess.Popen([sys.executable, "-m", "ledger", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return usage.ru_maxrss / 1024


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    import platform
    import sqlite3

    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "memory_used_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
