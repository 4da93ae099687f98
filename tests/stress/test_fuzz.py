"""Made-up inputs, as many of each as every change can wait for. ``scripts/stress fuzz`` is the long run."""

from __future__ import annotations

import pytest

from ledger.errors import LedgerError
from tests.stress import fuzz
from tests.stress.fuzzing.target import Judge, Target
from tests.stress.report import quiet

NAMED = ("events", "csv", "scheme", "checkpoint", "proof", "export", "address")
COUNT, FEWER = 20_000, 2_000
SEED = 1


@pytest.mark.parametrize("subject", fuzz.SUBJECTS)
def test_no_input_breaks_a_promise(subject: str) -> None:
    count = COUNT if subject in NAMED else FEWER
    (report,) = fuzz.stress(count, SEED, frozenset({subject}), quiet)
    assert not report.faults, "\n".join(report.lines())
    assert report.tried == count
    assert min(report.counted["accepted"], report.counted["refused"]) > count // 100, "inputs of both sorts are tried"


@pytest.mark.parametrize("subject", fuzz.SUBJECTS)
def test_an_input_can_be_made_again_by_its_seed_and_number(subject: str) -> None:
    for number in range(20):
        assert fuzz.replay(subject, SEED, number) == fuzz.replay(subject, SEED, number)


def _none_of_ours(_data: bytes) -> bool:
    raise KeyError("k")


def _hangs(_data: bytes) -> bool:
    while True:
        pass


def _takes_all(_data: bytes) -> bool:
    return bool(bytearray(1 << 40))


def _refuses(_data: bytes) -> bool:
    raise LedgerError.of("no.such_message")


@pytest.mark.parametrize(
    ("judge", "name"), [(_none_of_ours, "KeyError"), (_hangs, "Hang"), (_takes_all, "MemoryError"), (_refuses, "LedgerError")]
)
def test_what_is_a_fault_is_seen(judge: Judge, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "GIVEN_UP", 0.2)
    with fuzz.bounded():
        report = fuzz.tried("made", Target(lambda chance: chance.randbytes(9), judge), 2, SEED, quiet)
    (fault,) = report.faults
    assert fault.startswith(f"seed {SEED}, number 0: {name}")
    assert fault.endswith("(2 of these)")
