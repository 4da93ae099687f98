"""Exports to check and to alter: of a packaged sample year, made once, and with more that may stand in a log forged onto it."""

import shutil
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.evidence.export import export
from ledger.evidence.verify_export import pretty
from ledger.journal.reader import LogReader
from ledger.office.rows import read
from tests.evidence.forge import Forge, add, snapshot

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
def richer(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a snapshot, a proposal and its approval at the end; not to be changed."""
    forge = Forge(Path(shutil.copytree(exported, tmp_path_factory.mktemp("richer") / "export")))
    records = forge.records
    add(records, "period_closed", snapshot(records, forge.checkpoint(records)), stream="period:2024", on="2024-12-31")
    policy = {"id": "policy", "on": "2025-01-10", "four_eyes": ["schemes"], "reason": "–"}
    add(records, "change_proposed", {"events": [{"kind": "policy_set", "version": 1, "body": policy}]})
    add(records, "policy_set", {**policy, "approves": records[-1][1]["id"]}, recorded_by="leader")
    forge.file("snapshots").mkdir()
    forge.file(f"snapshots/2024@{len(records) - 2}.json").write_bytes(pretty(records[-3][1]))
    forge.rewrite(records)
    return forge.folder


@pytest.fixture
def forge(richer: Path, tmp_path: Path) -> Forge:
    """A copy of it to alter."""
    return Forge(Path(shutil.copytree(richer, tmp_path / "export")))
