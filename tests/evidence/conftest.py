"""Exports to check and to alter: of a packaged sample year, made once, and with more that may stand in a log."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.evidence.export import export
from ledger.journal.reader import LogReader
from ledger.office.rows import read
from ledger.recording.deeds import policy
from ledger.values import Covered
from tests.evidence.forge import Forge

_COVERED: tuple[Covered, ...] = ("schemes",)
SAMPLES = Path(__file__).parents[2] / "ledger" / "samples"


def sample(folder: Path, scheme: str, tree_hash: str = "sha-256") -> Path:
    """The ledger of a sample year."""
    path = folder / f"{scheme}.ledger"
    Ledger.create(str(path), scheme, "setup", hash=tree_hash)
    with Ledger(str(path), "clerk") as opened:
        done = opened.import_rows(read(SAMPLES / f"{scheme}.jsonl"), "sample")
    assert done.problems == ()
    return path


def written(ledger: Path, out: Path) -> Path:
    """An export with names."""
    with LogReader(ledger) as reader:
        export(reader, out, None, lambda done, total: None, names=True)
    return out


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a sample year, not to be changed."""
    return sample(tmp_path_factory.mktemp("sample"), "liucheng-2024")


@pytest.fixture(scope="session")
def exported(ledger: Path) -> Path:
    """Its export, not to be changed."""
    return written(ledger, ledger.with_name("export"))


@pytest.fixture(scope="session")
def richer(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a snapshot, a proposal and what carries it out at the end; not to be changed."""
    folder = tmp_path_factory.mktemp("richer")
    path = Path(shutil.copy(ledger, folder / "richer.ledger"))
    with Ledger(str(path), "clerk") as opened:
        opened.close("2024")
        proposal = opened.propose(lambda work: policy(work, _COVERED, "两人经手", date(2025, 1, 10)))
    with Ledger(str(path), "leader") as opened:
        opened.approve(proposal.id)
    return written(path, folder / "export")


@pytest.fixture
def forge(richer: Path, tmp_path: Path) -> Forge:
    """A copy of it to alter."""
    return Forge(Path(shutil.copytree(richer, tmp_path / "export")))
