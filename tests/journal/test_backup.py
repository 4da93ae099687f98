"""A backup is the ledger of one moment, whole in one file, verified; whatever keeps it from that leaves nothing behind."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import LedgerError, LogError, StoreError
from ledger.journal.backup import BackedUp, back_up
from ledger.journal.copies import Copy, noted
from ledger.journal.reader import LogReader, connect
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from ledger.times import now
from tests.journal.making import submissions


def quiet(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def backup(path: Path, out: Path, copied: Callable[[int, int], None] = quiet, checked: Callable[[int, int], None] = quiet) -> BackedUp:
    return back_up(path, out, now, "clerk", copied=copied, checked=checked)


def copies(path: Path) -> list[Copy]:
    with closing(connect(path)) as db:
        return noted(db)


def refusal(path: Path, out: Path) -> str:
    """The key of why there is no backup; the folder is as it was."""
    before = sorted(out.parent.glob("*")) if out.parent.is_dir() else []
    with pytest.raises(LedgerError) as refused:
        backup(path, out)
    assert (sorted(out.parent.glob("*")) if out.parent.is_dir() else []) == before
    assert refused.value.problem.text("zh")
    return refused.value.problem.key


def append(path: Path, first: int, count: int) -> None:
    with Journal.open(path) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(first, count))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A place for a backup, in a folder of its own."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy.ledger"


def test_a_backup_is_one_file_that_verifies_and_has_the_ledgers_root(written: Path, out: Path) -> None:
    head = LogReader(written).head()
    assert backup(written, out) == BackedUp(out, 609, head.root, out.stat().st_size)
    assert list(out.parent.iterdir()) == [out]
    found = verify(out, quiet)
    assert (found.events, found.root, found.findings) == (609, head.root, ())
    assert list(out.parent.iterdir()) == [out], "to be read it needs no other file, and leaves none"


def test_a_backup_can_be_recorded_in_in_the_place_of_its_ledger(written: Path, out: Path) -> None:
    backup(written, out)
    shutil.copy(out, written)
    append(written, 601, 3)
    assert (verify(written, quiet).events, verify(written, quiet).findings) == (612, ())
    with closing(connect(written)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_still_stands_in_the_write_ahead_log_is_in_the_backup(written: Path, out: Path) -> None:
    with LogReader(written) as reading, reading.snapshot():  # so that nothing is settled
        append(written, 601, 50)
        assert backup(written, out).position == 659
    assert verify(out, quiet).findings == ()


def test_the_ledgers_file_is_whole_again_after_a_backup(written: Path, out: Path) -> None:
    with LogReader(written):  # while somebody has it open, and reads nothing
        backup(written, out)
        assert written.with_name(f"{written.name}-wal").stat().st_size == 0


def test_others_record_while_it_is_copied_and_the_backup_is_of_the_moment_it_began(written: Path, out: Path) -> None:
    recorded: list[int] = []

    def copied(_done: int, _total: int) -> None:
        if not recorded:
            append(written, 601, 2000)
            recorded.append(LogReader(written).head().position)

    before = LogReader(written).head()
    done = backup(written, out, copied)
    assert recorded == [2609]
    assert (done.position, done.root) == (609, before.root)
    assert verify(written, quiet).findings == ()


def test_backups_while_others_record_are_each_intact_and_noted_where_they_end(written: Path, out: Path) -> None:
    def record() -> None:
        for first in range(601, 801, 10):
            append(written, first, 10)

    with ThreadPoolExecutor() as pool:
        recording = pool.submit(record)
        done = [backup(written, out.with_name(str(number))) for number in range(4)]
        recording.result()
    assert [copy.position for copy in copies(written)] == [each.position for each in done]
    assert [verify(each.file, quiet).findings for each in done] == [()] * 4
    assert LogReader(written).head().position == 809


def test_the_ledger_and_the_copy_both_note_the_copy(written: Path, out: Path) -> None:
    backup(written, out)
    (note,) = copies(written)
    assert (note.what, note.place, note.actor, note.position) == ("backup", str(out), "clerk", 609)
    assert copies(out) == [note]


def test_the_place_is_noted_whole_and_the_copy_is_as_private_as_the_ledger(
    written: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(out.parent)
    written.chmod(0o600)
    backup(written, Path("here.ledger"))
    assert copies(written)[0].place == str(out.with_name("here.ledger"))
    assert out.with_name("here.ledger").stat().st_mode & 0o777 == 0o600


def test_progress_ends_at_the_end(written: Path, out: Path) -> None:
    told: list[tuple[str, int, int]] = []
    backup(written, out, lambda *at: told.append(("pages", *at)), lambda *at: told.append(("events", *at)))
    pages = [(done, total) for what, done, total in told if what == "pages"]
    assert pages[-1] == (pages[-1][1],) * 2
    assert told[-1] == ("events", 609, 609)


def test_nothing_that_is_there_is_overwritten(written: Path, out: Path) -> None:
    out.write_text("mine", encoding="utf-8")
    for taken in (out, out.parent, written):
        assert refusal(written, taken) == "journal.backup_exists"
    assert out.read_text(encoding="utf-8") == "mine"
    (out.parent / "broken").symlink_to(out.parent / "nowhere")
    assert refusal(written, out.parent / "broken") == "journal.backup_exists"
    assert copies(written) == []


def test_a_file_that_comes_into_being_meanwhile_is_not_overwritten(written: Path, out: Path) -> None:
    def take(_done: int, _total: int) -> None:
        out.write_text("mine", encoding="utf-8")

    with pytest.raises(StoreError) as refused:
        backup(written, out, checked=take)
    assert refused.value.problem.key == "journal.backup_exists"
    assert out.read_text(encoding="utf-8") == "mine"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", "-lock"])
def test_the_names_beside_the_ledger_are_its_own(written: Path, ending: str) -> None:
    for made in written.parent.glob("*-*"):
        made.unlink()
    assert refusal(written, written.with_name(written.name + ending)) == "journal.backup_beside"


def test_a_folder_that_is_not_there_or_takes_no_file_is_said_and_nothing_is_noted(written: Path, out: Path) -> None:
    out.write_text("no folder", encoding="utf-8")
    for place in (out.with_name("no") / "copy", out / "copy", Path("/proc/copy"), out.with_name("n" * 250)):
        assert refusal(written, place) == "journal.cannot_copy"
    assert copies(written) == []


SHORT_OF_ROOM = """
import resource, sys
from pathlib import Path
from ledger.errors import StoreError
from ledger.journal.backup import back_up
from ledger.times import now
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
quiet = lambda *_: None
try:
    back_up(Path(sys.argv[1]), Path(sys.argv[2]), now, "clerk", copied=quiet, checked=quiet)
except StoreError as error:
    sys.exit(error.problem.key)
"""


@pytest.mark.parametrize("room", [100, 5000, 50_000, 200_000])
def test_a_backup_without_room_leaves_nothing_but_its_note(written: Path, out: Path, room: int) -> None:
    done = subprocess.run([sys.executable, "-c", SHORT_OF_ROOM, str(written), str(out), str(room)], check=False, capture_output=True)
    assert done.returncode == 1
    assert list(out.parent.iterdir()) == []
    assert verify(written, quiet).findings == ()
    if room >= 50_000:  # enough to note it in the ledger, and not for the copy
        assert done.stderr.decode().strip() == "journal.cannot_copy"
        assert [copy.place for copy in copies(written)] == [str(out)]


def test_an_interrupted_backup_leaves_nothing_but_its_note(written: Path, out: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    for told in ({"copied": interrupt}, {"checked": interrupt}):
        with pytest.raises(KeyboardInterrupt):
            backup(written, out, **told)
        assert list(out.parent.iterdir()) == []
    append(written, 601, 1)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE stored_events SET state = replace(state, 'N77', 'N78') WHERE rowid = 86",
        "UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 609",
        "DELETE FROM event_mentions WHERE position = 300",
        "UPDATE tree_nodes SET hash = zeroblob(32) WHERE idx = 1",
        "UPDATE head SET frontier = zeroblob(length(frontier))",
    ],
)
def test_a_ledger_that_is_not_intact_gives_no_backup(written: Path, out: Path, harm: str) -> None:
    with closing(sqlite3.connect(written)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        assert db.execute(harm).rowcount == 1
        db.commit()
    with pytest.raises(LogError) as refused:
        backup(written, out)
    assert refused.value.problem.key == "journal.copy_differs"
    assert "scoreledger verify" in refused.value.problem.text("en")
    assert list(out.parent.iterdir()) == []


def test_a_file_that_is_damaged_gives_no_backup(written: Path, out: Path) -> None:
    stored = bytearray(written.read_bytes())
    stored[len(stored) // 2 :] = bytes(len(stored) - len(stored) // 2)
    written.write_bytes(stored)
    with pytest.raises(LedgerError):
        backup(written, out)
    assert list(out.parent.iterdir()) == []


def test_there_has_to_be_a_ledger(path: Path, out: Path) -> None:
    assert refusal(path, out) == "journal.missing"
