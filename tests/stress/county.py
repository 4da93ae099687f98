"""The county of the stress runs: two units under a small scheme, in a file or on a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ledger.application import Clock, Ledger
from ledger.journal.journals import open_journal
from ledger.journal.places import place
from ledger.recording import Recording
from tests.postgres import Cluster, cluster
from tests.stress.deeds import in_memory

SCHEME = """
scheme: small-2024
name: 小县考评细则
issuer: 小县办公室
issued: 2023-12-01
effective: 2024-01-01
scored_account: score
vocabulary:
  channel: {county: {name: 县内刊物}, city: {name: 市级采用}}
  level: {leader: {name: 县领导}}
  category: {}
  finding: {idle: {name: 无专人}, falsity: {name: 失实}}
accounts: {score: 总分}
classes: {镇: {}}
groups:
  shared: {per: [item], share: equal}
rules:
  - id: adopted
    kind: award
    clause: 一
    text: 采用
    match: item_adopted
    group: shared
    account: score
    points: {by: channel, table: {county: 2, city: 5}}
  - {id: endorsed, kind: award, clause: 二, text: 批示, match: item_endorsed, group: shared, account: score, points: 3}
  - {id: answered, kind: award, clause: 三, text: 约稿, match: solicitation_fulfilled, account: score, points: 1}
  - {id: late, kind: award, clause: 三, text: 迟报, match: solicitation_missed, when: {how: late}, account: score, points: -1}
  - {id: none, kind: award, clause: 三, text: 不报, match: solicitation_missed, when: {how: none}, account: score, points: -2}
  - {id: unfit, kind: award, clause: 三, text: 不合用, match: solicitation_missed, when: {how: substandard}, account: score, points: -0.5}
  - {id: idle, kind: award, clause: 四, text: 无专人, match: finding_established, when: {finding: idle}, account: score, points: -4}
  - {id: merit, kind: award, clause: 五, text: 1至5分, match: points_awarded, account: score, points: {field: points, least: 1, most: 5}}
  - id: falsities
    kind: measure
    clause: 六
    text: 失实
    period: year
    count: {match: finding_established, when: {finding: falsity}}
    shown: false
  - {id: veto, kind: limit, clause: 六, text: 得0分, account: score, period: year, when: {falsities: {at_least: 1}}, least: 0, most: 0}
  - {id: order, kind: rank, clause: 七, text: 排名, within: [all], keys: [{by: score, first: highest}]}
units:
  jia: {name: 甲镇, class: 镇}
  yi: {name: 乙镇, class: 镇}
"""

SUBJECTS = ("file", "server")


class Site(NamedTuple):
    """The scheme's file, what gives a place where a ledger may be made, and the server where that is on one."""

    scheme: str
    new: Callable[[], str]
    server: Cluster | None = None


@contextmanager
def places(subject: str, *, durable: bool) -> Iterator[Site]:
    """Places in a folder, or on a server of its own. What need not be ``durable`` is kept where it is quick."""
    with TemporaryDirectory(dir=None if durable else in_memory()) as folder:
        scheme = Path(folder) / "small.yaml"
        scheme.write_text(SCHEME, encoding="utf-8")
        if subject == "file":
            numbers = count()
            yield Site(str(scheme), lambda: str(Path(folder) / f"{next(numbers)}.ledger"))
            return
        with cluster(f"fsync={'on' if durable else 'off'}") as made:
            yield Site(str(scheme), lambda: made.location(made.unused()), made)


class Held(Ledger):
    """A ledger that is kept open for writing, as whoever serves many keeps it."""

    def __init__(self, location: str, actor: str, clock: Clock) -> None:
        super().__init__(location, actor, clock)
        self._open = ExitStack()
        self._held = Recording(self._open.enter_context(open_journal(place(location), clock)), clock)

    @contextmanager
    def _recording(self) -> Iterator[Recording]:
        yield self._held

    def __exit__(self, *raised: Any) -> None:
        self._open.close()
        super().__exit__(*raised)
