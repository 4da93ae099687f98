"""Made-up inputs for every parser: nothing fails but by our own errors, hangs, takes all memory, or is accepted and not what it was."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from random import Random

from tests.stress.fuzzing import exports, places, proofs, records, schemes, stored
from tests.stress.fuzzing.target import Target
from tests.stress.report import Progress, Report

SUBJECTS: Mapping[str, Callable[[], AbstractContextManager[Target]]] = {
    "events": records.events,
    "csv": records.tables,
    "scheme": schemes.schemes,
    "checkpoint": proofs.checkpoints,
    "proof": proofs.proofs,
    "export": exports.exports,
    "address": places.addresses,
    "set": records.arguments,
    "dates": records.days,
    "numbers": records.numbers,
    "stored": stored.stored,
}
LONGEST = 1.0
"""Seconds of processor that one input may take."""
GIVEN_UP = 10
"""Seconds of processor after which an input is given up as one that hangs."""
_MEMORY = 1 << 30
"""Bytes that a run may take beyond what the process has."""
_SHOWN = 300
_STEP = 1000


class Hang(BaseException):
    """An input takes too long. It is no Exception, which what is tried might catch."""


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """Tries ``count`` inputs for each parser."""
    for subject, target in SUBJECTS.items():
        if not only or subject in only:
            with target() as made, bounded():
                yield tried(subject, made, count, seed, progress)


def replay(subject: str, seed: int, number: int) -> bytes:
    """Tries one input again, as the run had it, and returns it. Raises what came of it."""
    with SUBJECTS[subject]() as target:
        data = target.make(_chance(subject, seed, number))
        target.judge(data)
        return data


def _chance(subject: str, seed: int, number: int) -> Random:
    return Random(f"{subject} {seed} {number}")


def tried(subject: str, target: Target, count: int, seed: int, progress: Progress) -> Report:
    """Each kind of fault once, by where it came from; how often it came is counted."""
    accepted, slowest = 0, 0.0
    faults: dict[str, str] = {}
    often: dict[str, int] = {}
    for number in range(count):
        data = target.make(_chance(subject, seed, number))
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, GIVEN_UP)
        try:
            accepted += target.judge(data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever comes is a fault, a panic of a library's included
            name = _place(error)
            faults.setdefault(name, f"seed {seed}, number {number}: {name}: {_words(error)}; input {_short(data)}")
            often[name] = often.get(name, 0) + 1
        took = time.process_time() - begun
        slowest = max(slowest, took)
        if took > LONGEST:
            faults.setdefault("slow", f"seed {seed}, number {number}: took {took:.1f} s; input {_short(data)}")
        if number % _STEP == 0:
            progress(number, count)
    counted = {"accepted": accepted, "refused": count - accepted - sum(often.values()), "ms at most": round(slowest * 1000)}
    return Report(subject, count, tuple(f"{said} ({often.get(name, 1)} of these)" for name, said in faults.items()), counted)


def _place(error: BaseException) -> str:
    """What an error is and where it came from: its last place in a file of ours, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = next((each for each in reversed(frames) if "/ledger/" in each.filename), frames[-1])
    places = dict.fromkeys(f"{each.filename.rpartition('/')[2]}:{each.lineno}" for each in (own, frames[-1]))
    return f"{type(error).__name__} at {', '.join(places)}"


def _words(error: BaseException) -> str:
    """What an error says; of one that cannot be put in words, what it was made from."""
    try:
        return ascii(str(error)[:120])
    except Exception:  # noqa: BLE001 - that is a fault of its own, and the run goes on
        return ascii(error.args)[:120]


def _short(data: bytes) -> str:
    return repr(data) if len(data) <= _SHOWN else f"{data[:_SHOWN]!r}… ({len(data)} bytes)"


def _give_up(_signal: int, _frame: object) -> None:
    raise Hang


@contextmanager
def bounded() -> Iterator[None]:
    """Bounds the memory of what runs inside, and ends by :class:`Hang` an input that takes far too long."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + _MEMORY, hard))
    before = signal.signal(signal.SIGPROF, _give_up)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _size() -> int:
    """Bytes of address space that this process has."""
    with open("/proc/self/statm", encoding="ascii") as said:  # noqa: PTH123
        return int(said.read().split()[0]) * resource.getpagesize()
