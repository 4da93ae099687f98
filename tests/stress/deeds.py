"""What is done to a ledger's file while something fails: each deed of the product that writes, and what it has promised by when."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ledger.application import Ledger
from ledger.journal.reader import LogReader
from ledger.journal.sqlite import Journal
from ledger.office.rows import read
from ledger.recording import Recording
from tests.journal.making import records, sample
from tests.journal.old import FIVE, make_old
from tests.recording.mini import written
from tests.stress.report import quiet

LEDGER, BACKUP, COPY = "scores.ledger", "monday.ledger", "copy.ledger"
NAME = "张三丰"
ACTOR = "clerk"

Mark = Callable[[str], None]
"""Told the file that has just been promised to hold what it holds."""


class Deed(NamedTuple):
    """``act`` does it, in a folder that ``prepare`` has filled, and marks each promise as it is made."""

    prepare: Callable[[Path], object]
    act: Callable[[Path, Mark], None]


def in_memory() -> str | None:
    """A folder on a disk that costs nothing to sync, where there is one: what is lost there, a run decides itself."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made in it


def opened(folder: Path) -> Ledger:
    """The ledger of a folder."""
    return Ledger(str(folder / LEDGER), ACTOR)


def end(path: Path) -> int:
    """The log's last position."""
    with LogReader(path) as log:
        return log.head().position


def begun(folder: Path) -> None:
    """A ledger with a few facts in it, a person's name among them, and a file to import."""
    Ledger.create(str(folder / LEDGER), written(folder), ACTOR)
    with opened(folder) as ledger:
        for number in range(1, 4):
            ledger.record("item_submitted", _submitted(f"b{number}", author=NAME))
    rows = [{"kind": "item_submitted", **_submitted(f"i{number}", title="春耕备耕" * 60)} for number in range(300)]
    (folder / "year.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in rows), encoding="utf-8")


def older(folder: Path) -> None:
    """A ledger that the first version made: an upgrade has something to do."""
    make_old(folder / LEDGER, FIVE)
    with Journal.open(folder / LEDGER) as journal, journal.writing(ACTOR) as writer:
        writer.append(records(sample()))


def _submitted(name: str, **more: object) -> Mapping[str, object]:
    return {"id": name, "on": "2024-02-01", "item": name, "unit": "jia", **more}


def _init(folder: Path, mark: Mark) -> None:
    Ledger.create(str(folder / LEDGER), str(folder / "mini.yaml"), ACTOR)
    mark(LEDGER)


def _append(folder: Path, mark: Mark) -> None:
    """Entries as commands make them, while somebody reads and so keeps the write-ahead log from the file; then as a site makes them."""
    for number in range(4):
        with LogReader(folder / LEDGER) as log, log.snapshot():
            with opened(folder) as ledger:
                ledger.record("item_submitted", _submitted(f"r{number}", title="秋收"))
            mark(LEDGER)
        with opened(folder) as ledger:
            ledger.correct(f"r{number}", "查证有误", {"on": "2024-02-03"} if number % 2 else {})
        mark(LEDGER)
    with Journal.open(folder / LEDGER) as journal:
        recording = Recording(journal)
        for number in range(4):
            recording.record("item_submitted", _submitted(f"s{number}", author=f"李四{number}"), ACTOR)
            mark(LEDGER)


def _import(folder: Path, mark: Mark) -> None:
    with opened(folder) as ledger:
        done = ledger.import_rows(read(folder / "year.jsonl"), "year.jsonl")
    assert not done.problems
    mark(LEDGER)


def _close(folder: Path, mark: Mark) -> None:
    for period in ("2024Q1", "2024Q2"):
        with opened(folder) as ledger:
            ledger.close(period)
        mark(LEDGER)


def _erase(folder: Path, mark: Mark) -> None:
    with opened(folder) as ledger:
        ledger.erase(NAME, "本人依法申请")
    mark(LEDGER)


def _back_up(folder: Path, mark: Mark) -> None:
    with opened(folder) as ledger:
        ledger.backup(folder / BACKUP)
    mark(BACKUP)


def _copy(folder: Path, mark: Mark) -> None:
    Ledger.copy(str(folder / LEDGER), str(folder / COPY), ACTOR, quiet)
    mark(COPY)


def _upgrade(folder: Path, mark: Mark) -> None:
    assert Ledger.upgrade(str(folder / LEDGER))
    mark(LEDGER)


DEEDS: Mapping[str, Deed] = {
    "init": Deed(written, _init),
    "append": Deed(begun, _append),
    "import": Deed(begun, _import),
    "close": Deed(begun, _close),
    "erase": Deed(begun, _erase),
    "backup": Deed(begun, _back_up),
    "copy": Deed(begun, _copy),
    "upgrade": Deed(older, _upgrade),
}
