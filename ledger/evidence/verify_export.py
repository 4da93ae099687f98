#!/usr/bin/env python3
"""Checks what scoreledger has given out, without scoreledger: an export, a score certificate, a receipt or a proof.

    python3 verify_export.py FOLDER|FILE [--checkpoint OLD]... [--public-key KEY]... [--lang en|zh]

It needs this one file and Python 3.8 or later. Take it from somewhere you trust rather than from the folder it checks.
It hashes everything, and recomputes nothing that it does not understand: what that leaves is listed at the end. Exit
status: 0 all right; 1 findings, or something asked for could not be checked; 2 wrong usage, or nothing this can read.
The formats are in docs/explanation/export-format.md and record-format.md; the tree is RFC 6962's (2.1), a proof is
followed as in RFC 9162 (2.1.3.2), notes and checkpoints are C2SP's (signed-note, tlog-checkpoint), Ed25519 is RFC 8032.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import math
import os
import re
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

EXPORT, CERTIFICATE, RECEIPT = "scoreledger export 1", "scoreledger certificate 1", "scoreledger receipt 1"
TLOG_PROOF = b"c2sp.org/tlog-proof@v1\n"
PROOF = re.compile("c2sp.org/tlog-proof@v1\nextra ([^\n]+)\nindex (0|[1-9][0-9]{0,15})((?:\n[^\n]+)*)")
HEAD = re.compile("([^\0-\x1f]+)\n(0|[1-9][0-9]{0,15})\n([^\0-\x1f]+)\n(?:[^\0-\x1f]+\n)*")
SIGNED = re.compile(r"(?:\u2014 [^\s\0-\x1f+]+ [^\s\0-\x1f]+\n){1,100}")
ORIGINS = {"sha-256": "scoreledger/", "sm3": "scoreledger-sm3/"}
KNOWN = re.compile(
    "item_(submitted|adopted|endorsed)|solicitation_(issued|fulfilled|missed)|feedback_failed|incident_(occurred|reported)"
    "|training_completed|finding_established|points_awarded|order_settled|unit_(enrolled|changed)|units_merged|unit_split"
    "|event_reversed|ledger_opened|scheme_enacted|period_closed|policy_set|change_proposed|name_erased"
)
"""The kinds that this file knows, each at version 1; others are hashed and not interpreted."""
ENVELOPE = {"kind": str, "position": int, "recorded_at": str, "recorded_by": str, "stream": str, "stream_version": int, "version": int}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+08:00")
MANIFEST = ["events", "files", "format", "hash", "ledger", "origin", "program", "root"]
CERTIFIED = ["accounts", "basis", "checkpoint", "format", "hash", "postings", "records", "row"]
RECEIVED = ["before", "checkpoint", "format", "hash", "origin", "records"]
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, OSError)
MOST, LONGEST = 200, 160
MARK = b"\xef\xbb\xbf"

TEXTS = """
but|; found {found}, expected {expected}|；实为 {found}，应为 {expected}
missing|the file is not there|没有这个文件
unlisted|the manifest does not name this file|清单里没有这个文件
size|its size is not the manifest's|大小与清单不符
sha256|its SHA-256 is not the manifest's|SHA-256 与清单不符
unreadable|cannot be read as what it should be: {found}|无法按应有的格式读出：{found}
canonical|is not the canonical JSON that is hashed|不是用于计算哈希的规范 JSON
written|is not written as an export writes it|写法与导出不符
shape|has not the fields of the format|字段与格式不符
position|the position is not that of its place|位次与所在位置不符
time|the recorded time goes back, or is not written as one|记录时间倒退，或写法不对
version|the stream's versions do not follow one another|流内版本不连续
id|the id has been used before|编号已用过
day|the envelope's business date is not the body's|信封的业务日期与正文不符
first|the first event does not open this ledger with a hash and a format known here|首个事件不是以此处所知的哈希和格式开立本账
origin|it is of another ledger|属于另一本账
events|the number of events is not the one stated|事件数与所称不符
root|the tree's root is not the one stated|树根与所称不符
old|the events up to this old checkpoint are not those it stands for|到此旧检查点为止的事件已非当时的事件
shorter|the log is shorter than this old checkpoint|日志比此旧检查点短
snapshot|the snapshot's checkpoint is not the tree's before it|快照的检查点与其前的树不符
digest|the snapshot's digest is not that of its fields|快照摘要与其字段不符
copy|the readable copy is not what the log holds|可读副本与日志不符
idle|it is a copy of nothing in the log|日志里没有它所抄的内容
scheme|the scheme's SHA-256 is not that of its content|细则的 SHA-256 与内容不符
target|what is reversed is not an earlier event|被冲销的不是更早的事件
proposal|it is not in the earlier proposal that it approves|不在它所批准的更早提议之中
eyes|it was approved by the one who proposed it|由提议者本人批准
name|name and salt do not fit the commitment|姓名与盐不合承诺值
person|no event commits to this person's name, or it stands twice|没有事件承诺过此人姓名，或重复
signature|the signature of a pinned key is wrong: {found}|指定公钥的签名不对：{found}
unsigned|no pinned key has signed this|没有指定公钥的签名
proof|the record is not in the checkpoint's tree|此记录不在检查点的树中
sum|the postings do not add up to it|记分之和不符
behind|an event behind it is not among the records|其依据的事件不在所附记录中
late|it is dated after the as-of date|日期晚于截止日
rule|the scheme has no such rule with this clause|细则里没有这条款的这条规则
basis|the basis is not that of the records|依据与所附记录不符
holder|the posting is of another unit|记分属于别的单位
p_log|{events} events are the log of {origin} with the root {root}|{events} 个事件即 {origin} 的日志，树根 {root}
p_old|they extend the old checkpoint of {size} events|它们延续了含 {size} 个事件的旧检查点
p_signed|the pinned key {found} signed the checkpoint|指定公钥 {found} 签了检查点
p_copies|{count} readable copies of schemes and snapshots are what the log holds|{count} 份细则、快照的可读副本与日志一致
p_names|{count} names fit their commitments|{count} 个姓名合其承诺值
p_records|{count} records are in the tree with the root {root}, which the checkpoint says is of {size} events of {origin}
|{count} 条记录在根为 {root} 的树中，检查点称它是 {origin} 的 {size} 个事件的树
p_score|{count} postings on these records add up to {found}: {unit}, as of {day}|这些记录上的 {count} 条记分合计 {found}：{unit}，截至 {day}
p_grown|{before} events with the root {was} were followed by exactly these {count} records|{before} 个事件（根 {was}）后恰为 {count} 条记录
n_keys|signatures: no public key was given (signed by: {found})|签名：未指定公钥（签名者：{found}）
n_kind|the signature of {found}: this file knows Ed25519 alone|{found} 的签名：本程序只认 Ed25519
n_hash|every hash of events: this Python has no {found}|所有事件哈希：此 Python 没有 {found}
n_kinds|hashed, not interpreted: {found}|只算哈希、未作解释：{found}
n_old|the checkpoint of {size} events: a file of this kind cannot be compared with it|含 {size} 个事件的检查点：此类文件无法与之比较
n_olds|whether this is the log of before: no old checkpoint was given|是否仍是从前那本日志：未给旧检查点
n_self|this verifier: it comes from the folder that it checks|本程序：它就来自所核对的文件夹
n_row|the year and the time of the basis; the row beyond unit and score; periods, days and notes of postings
|依据中的年度和时间；得分行中单位、分数以外的内容；记分的所属期、日期和附注
c_true|that what was recorded is true, or that nothing was left unrecorded|记录属实，或没有漏记
c_scores|that points follow from the scheme: for that, replay the log|分数确由细则得出：须重放日志
c_other|that nothing else in the log, such as a reversal or another scheme, bears on it: for that, export the log
|日志里没有别的内容（如冲销、另一细则）影响此分：须导出日志
proved|Proved|已证明
unchecked|Not checked|未核对
cannot|This cannot prove|这不能证明
good|All right.|一切相符。
bad|{count} findings or checks that could not be made.|有 {count} 处不符，或要求的核对无法进行。
done|{count} events checked …|已核对 {count} 个事件……
nothing|{found}: not an export, certificate, receipt or proof that can be read|{found}：不是可读的导出、证书、回执或证明
kept|{found}: not a checkpoint that can be read|{found}：不是可读的检查点
key|{found} is no public key; it is written NAME+ID+KEY|{found} 不是公钥；写法是 名称+编号+公钥
path|a folder or file that scoreledger made|scoreledger 生成的文件夹或文件
checkpoint|a checkpoint kept from before (may be repeated)|从前留存的检查点（可重复）
public_key|a public key to trust, NAME+ID+KEY (may be repeated)|信任的公钥，名称+编号+公钥（可重复）
"""
WORDS = {key: words for key, *words in (line.split("|") for line in TEXTS.strip().replace("\n|", "|").splitlines())}


class Report:
    """What is wrong, said as it is found; and what was proved, was not checked and cannot be proved, said at the end."""

    def __init__(self, lang: str) -> None:
        self.column, self.failed, self.next = int(lang == "zh"), 0, time.monotonic() + 1
        self.notes: dict[str, list[str]] = {"proved": [], "unchecked": [], "cannot": []}

    def text(self, key: str, **params: object) -> str:
        """A message, with nothing in it that could move or hide other text."""
        shown = {name: str(value)[:LONGEST] for name, value in params.items()}
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in WORDS[key][self.column].format(**shown))

    def say(self, line: str) -> None:
        """A line of the result."""
        sys.stdout.write(line + "\n")

    def find(self, where: object, key: str, found: object = "", expected: object = None) -> None:
        """Something is wrong at a place; after many, they are only counted."""
        self.failed += 1
        if self.failed <= MOST:
            but = "" if expected is None else self.text("but", found=found, expected=expected)
            place = "".join(sign if sign.isprintable() else "?" for sign in str(where))
            self.say(place + ": " + self.text(key, found=found) + but)

    def same(self, where: object, key: str, found: object, expected: object) -> None:
        """Finds ``key`` wrong unless two values are equal."""
        if found != expected:
            self.find(where, key, found, expected)

    def note(self, key: str, **params: object) -> None:
        """A line for the end; the first letter of ``key`` says under which heading."""
        self.notes[{"p": "proved", "n": "unchecked", "c": "cannot"}[key[0]]].append(self.text(key, **params))

    def lack(self, key: str, **params: object) -> None:
        """Something that was asked for cannot be checked, which is not all right."""
        self.failed += 1
        self.note(key, **params)

    @contextmanager
    def at(self, where: object) -> Iterator[None]:
        """Whatever cannot be read inside is a finding at this place."""
        try:
            yield
        except MALFORMED as error:
            self.unreadable(where, error)

    def unreadable(self, where: object, error: Exception) -> None:
        """What stands at a place cannot be read, or nothing stands there."""
        if isinstance(error, FileNotFoundError):
            return self.find(where, "missing")
        return self.find(where, "unreadable", f"{type(error).__name__} {error}")

    def tell(self, count: int) -> None:
        """Progress, now and then."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + 2
            sys.stderr.write(self.text("done", count=count) + "\n")

    def end(self) -> int:
        """Says the rest and returns the exit status. With findings nothing counts as proved."""
        for heading, lines in self.notes.items():
            if lines and not (heading == "proved" and self.failed):
                self.say("\n" + self.text(heading) + ":\n" + "\n".join("- " + line for line in lines))
        self.say("\n" + (self.text("bad", count=self.failed) if self.failed else self.text("good")))
        return 1 if self.failed else 0


def _no_float(text: str) -> None:
    raise ValueError(text)


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError(text)
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


EXACT = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
LOOSE = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_float, parse_int=_whole, object_pairs_hook=_once)


def _sorted(value: Any) -> Any:
    """A value with its keys in the order of UTF-16 code units (RFC 8785, 3.2.3), which Python's own order is not beyond U+FFFF."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of a value without floats."""
    data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":")).encode() if max(data) >= 0xF0 else data


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def pretty(value: Any) -> bytes:
    """The text of a readable copy."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def hasher(name: object) -> Callable[[bytes], bytes] | None:
    """What hashes with a ledger's hash; None where this Python lacks it. Raises ValueError for a hash that no ledger has."""
    if name == "sha-256":
        return lambda data: hashlib.sha256(data).digest()
    if name != "sm3":
        raise ValueError(name)
    try:
        hashlib.new("sm3")
    except ValueError:
        return None
    return lambda data: hashlib.new("sm3", data).digest()


class Record(NamedTuple):
    """An event: the exact bytes of envelope and body, and what they say."""

    envelope: bytes
    body: bytes
    said: Any
    fields: Any

    def leaf(self, digest: Callable[[bytes], bytes]) -> bytes:
        """The hash of the tree's leaf."""
        return digest(b"\0" + len(self.envelope).to_bytes(8, "big") + self.envelope + self.body)

    @classmethod
    def of_line(cls, line: bytes) -> Record:
        """The record of a line ``[envelope,body]``. Raises ValueError for a line that is not exactly that."""
        text = line.decode()
        said, middle = EXACT.raw_decode(text, 1)
        fields, end = EXACT.raw_decode(text, middle + 1)
        if (text[0], text[middle], text[end:]) != ("[", ",", "]\n"):
            raise ValueError(text[end : end + 20])
        return cls(text[1:middle].encode(), text[middle + 1 : end].encode(), said, fields)

    @classmethod
    def of_parts(cls, parts: dict[str, Any]) -> Record:
        """The record of a JSON object that holds envelope and body, as objects or as their text."""
        said, fields = (part.encode() if isinstance(part, str) else canonical(part) for part in (parts["envelope"], parts["body"]))
        return cls(said, fields, EXACT.decode(said.decode()), EXACT.decode(fields.decode()))

    def check(self, where: str, report: Report, position: int) -> bool:
        """Whether this is a record of the format, at its position and exactly in the form that is hashed."""
        shape = {name: type(value) for name, value in self.said.items() if name != "on"}
        if shape != ENVELOPE or not isinstance(self.fields, dict) or not isinstance(self.said.get("on", ""), str):
            report.find(where, "shape", sorted(self.said), sorted([*ENVELOPE, "on"]))
            return False
        if self.envelope + self.body != canonical(self.said) + canonical(self.fields):
            report.find(where, "canonical")
        report.same(where, "position", self.said["position"], position)
        if not STAMP.fullmatch(self.said["recorded_at"]):
            report.find(where, "time", self.said["recorded_at"])
        if self.known:
            report.same(where, "day", str(self.fields["on"])[:10], self.said["on"])
        return True

    @property
    def known(self) -> bool:
        """Whether this file knows what the event says."""
        return KNOWN.fullmatch(self.said["kind"]) is not None and self.said["version"] == 1


class Tree:
    """The full subtrees of a tree, largest first: enough to add leaves and to tell the root."""

    def __init__(self, digest: Callable[[bytes], bytes], size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.digest, self.size, self.peaks = digest, size, list(peaks)
        if len(self.peaks) != f"{size:b}".count("1"):
            raise ValueError(size)

    def append(self, leaf: bytes) -> None:
        """Adds the hash of a leaf."""
        node, rest = leaf, self.size
        while rest & 1:
            node, rest = self.digest(b"\1" + self.peaks.pop() + node), rest >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree's hash."""
        root = self.peaks[-1] if self.peaks else self.digest(b"")
        for peak in reversed(self.peaks[:-1]):
            root = self.digest(b"\1" + peak + root)
        return root


def included(digest: Callable[[bytes], bytes], leaf: bytes, position: int, note: Note, proof: list[bytes]) -> bool:
    """Whether a proof leads from the leaf at ``position`` (from 1) to the root (RFC 9162, 2.1.3.2)."""
    at, last, node = position - 1, note.size - 1, leaf
    if not 0 <= at <= last:
        return False
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = digest(b"\1" + other + node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = digest(b"\1" + node + other)
        at, last = at >> 1, last >> 1
    return last == 0 and node == note.root


PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME


def _add(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """The sum of two points in extended coordinates (RFC 8032, 5.1.4)."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % PRIME, (one[1] + one[0]) * (two[1] + two[0]) % PRIME
    c, d = 2 * one[3] * two[3] * CURVE % PRIME, 2 * one[2] * two[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(number: int, point: tuple[int, ...]) -> tuple[int, ...]:
    total: tuple[int, ...] = (0, 1, 1, 0)
    for bit in f"{number:b}":
        total = _add(total, total)
        total = _add(total, point) if bit == "1" else total
    return total


def _point(data: bytes) -> tuple[int, ...]:
    """The point that 32 bytes stand for (RFC 8032, 5.1.3). Raises ValueError for none."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME or y >= PRIME or (sign and not x):
        raise ValueError("not a point of the curve")
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = _point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature of a message under a public key (RFC 8032, 5.1.7)."""
    try:
        key, commitment = _point(public), _point(signature[:32])
    except (ValueError, IndexError):
        return False
    number = int.from_bytes(signature[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(number, BASE), _add(commitment, _times(challenge, key))
    same = all((left[axis] * right[2] - right[axis] * left[2]) % PRIME == 0 for axis in (0, 1))
    return len(public) == 32 and len(signature) == 64 and number < ORDER and same


class Note(NamedTuple):
    """A checkpoint: the log's origin, size and root, the text that is signed, and the signatures by name."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list[tuple[str, bytes]]

    @classmethod
    def read(cls, data: bytes) -> Note:
        """The checkpoint of a note, or of its text alone. Raises ValueError for what is none."""
        text, blank, signed = data.decode().rpartition("\n\n")
        text, lines = (text + "\n", signed.splitlines()) if blank else (signed, [])
        head = HEAD.fullmatch(text)
        if not head or (blank and not SIGNED.fullmatch(signed)):
            raise ValueError("not a checkpoint")
        signatures = [(name, _base64(made)) for _, name, made in (line.split(" ") for line in lines)]
        if any(len(made) < 5 for _, made in signatures):
            raise ValueError("a signature of nothing")
        return cls(head[1], int(head[2]), _hash(head[3]), text.encode(), signatures)

    def check(self, where: str, report: Report, trust: Trust) -> None:
        """That a pinned key signed it, and none of them wrongly."""
        keys, found = trust.keys, False
        for name, number, key in keys:
            for signature in [data[4:] for signer, data in self.signatures if signer == name and data[:4] == number]:
                if key[0] != 1:
                    report.lack("n_kind", found=name)
                elif ed25519(key[1:], self.text, signature):
                    report.note("p_signed", found=name)
                else:
                    report.find(where, "signature", name)
                found = True
        if keys and not found:
            report.find(where, "unsigned", [name for name, _ in self.signatures], [key[0] for key in keys])
        elif not keys:
            report.note("n_keys", found=", ".join(name for name, _ in self.signatures) or "\u2013")


def _base64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


def _hash(text: str) -> bytes:
    data = _base64(text)
    if len(data) != 32:
        raise ValueError(text)
    return data


class Log:
    """One walk over the events of an export, in order: what has been seen, as far as later events ask for it."""

    def __init__(self, report: Report, folder: Path, manifest: dict[str, Any], wanted: Iterable[int]) -> None:
        self.report, self.folder, self.manifest, self.wanted = report, folder, manifest, set(wanted)
        digest = hasher(manifest["hash"])
        self.tree = Tree(digest) if digest else None
        self.roots: dict[int, bytes] = {}
        self.events, self.time = 0, ""
        self.streams: dict[str, int] = {}
        self.ids: set[str] = set()
        self.proposals: dict[str, tuple[str, list[Any]]] = {}
        self.commitments: dict[str, str] = {}
        self.copies: set[str] = set()
        self.foreign: dict[str, int] = {}
        self._keep()

    def walk(self) -> None:
        """Reads the whole log."""
        with (self.folder / "log.jsonl").open("rb") as lines:
            for line in lines:
                where = f"log.jsonl:{self.events + 1}"
                if self.events in self.wanted or b'"period_closed"' in line:
                    self._keep()
                record = self._record(where, line)
                if self.tree:
                    self.tree.append(record.leaf(self.tree.digest) if record else b"")
                self.events += 1
                with self.report.at(where):
                    if record and record.check(where, self.report, self.events):
                        self._event(where, record)
                self.report.tell(self.events)
        self._keep()

    def _record(self, where: str, line: bytes) -> Record | None:
        try:
            return Record.of_line(line)
        except MALFORMED as error:
            self.report.unreadable(where, error)
            return None

    def _keep(self) -> None:
        if self.tree:
            self.roots[self.events] = self.tree.root()

    def _event(self, where: str, record: Record) -> None:
        """What holds for every event; then what its kind says, where this file knows it."""
        said, fields, report = record.said, record.fields, self.report
        if said["recorded_at"] < self.time:
            report.find(where, "time", said["recorded_at"], self.time)
        self.time = max(self.time, said["recorded_at"])
        report.same(where, "version", said["stream_version"], self.streams.get(said["stream"], 0) + 1)
        self.streams[said["stream"]] = said["stream_version"]
        if self.events == 1:
            opened = {"kind": said["kind"], **{name: fields.get(name) for name in ("ledger", "hash", "format")}}
            expected = {"ledger": self.manifest["ledger"], "hash": self.manifest["hash"], "format": 1}
            report.same(where, "first", opened, {"kind": "ledger_opened", **expected})
        if record.known:
            self._said(where, said, fields)
        else:
            kind = f"{said['kind']} {said['version']}"
            self.foreign[kind] = self.foreign.get(kind, 0) + 1
        if fields.get("id") in self.ids:
            report.find(where, "id", fields["id"])
        self.ids.add(fields.get("id", ""))

    def _said(self, where: str, said: dict[str, Any], fields: dict[str, Any]) -> None:
        self.commitments.update(fields.get("named") or {})
        kind = said["kind"]
        if fields.get("approves") is not None:
            self._approved(where, said, fields)
        if kind == "change_proposed":
            self.proposals[fields["id"]] = (said["recorded_by"], fields["events"])
        elif kind == "event_reversed" and fields["target"] not in self.ids:
            self.report.find(where, "target", fields["target"])
        elif kind == "scheme_enacted":
            self.report.same(where, "scheme", fields["sha256"], sha256(canonical(fields["content"])))
            self._copy(where, "schemes", fields["scheme"], fields["content"])
        elif kind == "period_closed":
            self._snapshot(where, fields)
            self._copy(where, "snapshots", fields["period"], fields)

    def _approved(self, where: str, said: dict[str, Any], fields: dict[str, Any]) -> None:
        """Four eyes: what is recorded stands in an earlier proposal that somebody else made."""
        proposer, events = self.proposals.get(fields["approves"], (None, ()))
        body = {name: value for name, value in fields.items() if name not in ("approves", "named")}
        if {"kind": said["kind"], "version": said["version"], "body": body} not in events:
            self.report.find(where, "proposal", fields["approves"])
        if proposer == said["recorded_by"]:
            self.report.find(where, "eyes", proposer)

    def _snapshot(self, where: str, fields: dict[str, Any]) -> None:
        """A snapshot's checkpoint is the tree's before it, and its digest that of its fields."""
        digested = {name: value for name, value in fields.items() if name not in ("id", "digest")}
        self.report.same(where, "digest", fields["digest"], sha256(canonical(digested)))
        note, size = Note.read(fields["checkpoint"].encode()), self.events - 1
        found = (note.origin, note.size, note.root.hex(), fields["position"])
        if self.tree:
            self.report.same(where, "snapshot", found, (self.manifest["origin"], size, self.roots[size].hex(), size))

    def _copy(self, where: str, room: str, name: str, content: Any) -> None:
        """The readable copy of what an event holds is exactly that."""
        path = copy_of(room, name, self.events)
        self.copies.add(path)
        with self.report.at(path):
            if (self.folder / path).read_bytes() != pretty(content):
                self.report.find(path, "copy", where)


def copy_of(room: str, name: str, position: int) -> str:
    """The path of the readable copy of a scheme or a snapshot; signs that a path may not have are written _."""
    plain = re.sub(r"[^\w.-]", "_", name)
    return f"{room}/{plain}@{position}.json"


def check_files(folder: Path, files: list[dict[str, Any]], report: Report) -> set[str]:
    """Every file is in the manifest and is what it says. Returns the files that are there."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {"manifest.json"}
    listed = {entry["path"]: entry for entry in files}
    report.same("manifest.json", "shape", len(listed), len(files))
    for entry in files:
        report.same("manifest.json", "shape", sorted(entry), ["path", "sha256", "size"])
    for name in sorted(present - set(listed)):
        report.find(name, "unlisted")
    for name in sorted((set(listed) | {"log.jsonl", "checkpoint.txt"}) - present):
        report.find(name, "missing")
    for name in sorted(present & set(listed)):
        with report.at(name), (folder / name).open("rb") as file:
            digest, size = hashlib.sha256(), 0
            for block in iter(lambda file=file: file.read(1 << 20), b""):  # type: ignore[misc]
                digest.update(block)
                size += len(block)
            report.same(name, "size", size, listed[name]["size"])
            report.same(name, "sha256", digest.hexdigest(), listed[name]["sha256"])
    return present


def check_names(folder: Path, commitments: dict[str, str], report: Report) -> None:
    """Every name is the one that an event committed to."""
    seen: set[str] = set()
    for number, line in enumerate((folder / "names.jsonl").read_bytes().splitlines(), 1):
        where = f"names.jsonl:{number}"
        with report.at(where):
            entry = EXACT.decode(line.decode())
            report.same(where, "shape", sorted(entry), ["name", "person", "salt"])
            if entry["person"] in seen or entry["person"] not in commitments:
                report.find(where, "person", entry["person"])
            elif sha256(bytes.fromhex(entry["salt"]) + entry["name"].encode()) != commitments[entry["person"]]:
                report.find(where, "name", entry["person"])
            seen.add(entry["person"])
    report.note("p_names", count=len(seen))


class Trust(NamedTuple):
    """What the reader brings along: old checkpoints, each with its file, and pinned keys."""

    olds: list[tuple[str, Note]]
    keys: list[tuple[str, bytes, bytes]]

    def compare(self, report: Report, origin: str, roots: dict[int, bytes], end: float = math.inf) -> None:
        """That the log is the one the old checkpoints are of: with the roots that are known, by size, up to its ``end``."""
        for where, note in self.olds:
            if note.origin != origin:
                report.find(where, "origin", note.origin, origin)
            elif note.size > end:
                report.find(where, "shorter", end, note.size)
            elif note.size not in roots:
                report.lack("n_old", size=note.size)
            elif roots[note.size] != note.root:
                report.find(where, "old", roots[note.size].hex(), note.root.hex())
            else:
                report.note("p_old", size=note.size)
        if not self.olds:
            report.note("n_olds")


def check_export(folder: Path, trust: Trust, report: Report) -> None:
    """An export: its files, its log, its checkpoint, and all copies."""
    with report.at("manifest.json"):
        data = (folder / "manifest.json").read_bytes()
        manifest = LOOSE.decode(data.decode())
        if data != pretty(manifest):
            report.find("manifest.json", "written")
        report.same("manifest.json", "shape", sorted(manifest), MANIFEST)
        report.same("manifest.json", "shape", manifest["format"], EXPORT)
        report.same("manifest.json", "origin", manifest["origin"], ORIGINS[manifest["hash"]] + str(manifest["ledger"]))
        present = check_files(folder, manifest["files"], report)
        log = Log(report, folder, manifest, [note.size for _, note in trust.olds])
        with report.at("log.jsonl"):
            log.walk()
        report.same("manifest.json", "events", manifest["events"], log.events)
        check_head(log, trust)
        for name in sorted(name for name in present if name.startswith(("schemes/", "snapshots/")) and name not in log.copies):
            report.find(name, "idle")
        if "names.jsonl" in present:
            check_names(folder, log.commitments, report)
        report.note("p_copies", count=len(log.copies))
        if log.foreign:
            report.note("n_kinds", found=", ".join(f"{kind}: {count}" for kind, count in sorted(log.foreign.items())))
        if Path(__file__).resolve().parent == folder.resolve():
            report.note("n_self")
        report.note("c_scores")


def check_head(log: Log, trust: Trust) -> None:
    """The tree's root is that of the manifest and of the checkpoint, which pinned keys have signed."""
    report, origin = log.report, log.manifest["origin"]
    root = log.roots[log.events].hex() if log.tree else log.manifest["root"]
    report.same("manifest.json", "root", log.manifest["root"], root)
    with report.at("checkpoint.txt"):
        note = Note.read((log.folder / "checkpoint.txt").read_bytes())
        report.same("checkpoint.txt", "origin", note.origin, origin)
        report.same("checkpoint.txt", "events", note.size, log.events)
        report.same("checkpoint.txt", "root", note.root.hex(), root)
        note.check("checkpoint.txt", report, trust)
    if not log.tree:
        report.lack("n_hash", found=log.manifest["hash"])
    report.note("p_log", events=log.events, origin=origin, root=root)
    trust.compare(report, origin, log.roots, log.events)


class Certificate:
    """A score certificate: postings of one unit, and the records behind them with their proofs."""

    def __init__(self, report: Report, document: dict[str, Any]) -> None:
        self.report, self.document = report, document
        self.basis, self.row, self.postings = document["basis"], document["row"], document["postings"]
        self.note = Note.read(document["checkpoint"].encode())
        self.digest = hasher(document["hash"])
        self.records: list[Record] = []

    def check(self, trust: Trust) -> None:
        """Everything that the file can show by itself."""
        self.report.same("file", "shape", sorted(self.document), CERTIFIED)
        self._records()
        self._basis()
        self._holder()
        for index, posting in enumerate(self.postings):
            with self.report.at(f"postings[{index}]"):
                self._posting(f"postings[{index}]", posting)
        self._sums()
        unit, day, score = self.row["unit"], self.basis["as_of"], self.row["score"]
        proved(self.report, self.records, self.note)
        self.report.note("p_score", count=len(self.postings), found=score, unit=unit, day=day)
        self.note.check("checkpoint", self.report, trust)
        trust.compare(self.report, self.note.origin, {self.note.size: self.note.root})
        for key in ("n_row", "c_scores", "c_other"):
            self.report.note(key)

    def _records(self) -> None:
        for index, entry in enumerate(self.document["records"]):
            where = f"records[{index}]"
            with self.report.at(where):
                record = Record.of_parts(entry)
                if record.check(where, self.report, entry["position"]):
                    self.records.append(record)
                    in_tree(where, self.report, record, self.note, [_hash(text) for text in entry["proof"]], self.digest)
        if not self.digest:
            self.report.lack("n_hash", found=self.document["hash"])

    def _basis(self) -> None:
        """The basis is that of the records: the ledger, the cut, the scheme and its default readings."""
        opened = [each.fields["ledger"] for each in self.records if each.said["kind"] == "ledger_opened" and each.said["position"] == 1]
        origin, as_of = ORIGINS[self.document["hash"]] + str(self.basis["ledger_id"]), self.basis["as_of"]
        self.report.same("basis", "basis", self.note.origin, origin)
        if not DAY.fullmatch(as_of):
            self.report.find("basis.as_of", "basis", as_of)
        self.report.same("basis.ledger_id", "basis", opened, [self.basis["ledger_id"]])
        self.report.same("basis.known_at", "basis", self.basis["known_at"]["position"], self.note.size)
        self.report.same("basis.readings", "basis", (self.basis["readings"], self.basis.get("what_if")), ({}, None))
        schemes = [each.fields for each in self.records if each.said["kind"] == "scheme_enacted"]
        in_force = [each for each in schemes if each["sha256"] == self.basis["scheme_hash"] and each["effective"] <= as_of]
        self.report.same("basis.scheme_hash", "basis", self.basis["scheme_hash"], in_force[0]["sha256"] if in_force else [])
        for fields in in_force:
            self.report.same("basis.scheme_hash", "scheme", fields["sha256"], sha256(canonical(fields["content"])))
            for name, said in (("scheme", fields["scheme"]), ("scored_account", fields["content"]["scored_account"])):
                self.report.same(f"basis.{name}", "basis", self.basis[name], said)
        self.rules = {pair for fields in in_force for pair in rules_of(fields["content"]["rules"])}

    def _holder(self) -> None:
        """The unit is one that the records of the roster call so. Keeps the units whose events may count for it."""
        roster = [each.fields for each in self.records if each.said["stream"].startswith("unit:")]
        own = self.row["unit_id"]
        called = [each["unit"] for each in roster if each.get("unit_id") == own and each.get("unit")]
        if self.row["unit"] not in called:
            self.report.find("row.unit", "holder", self.row["unit"], called)
        passed = [(named(each, ("before",)), named(each, ("after",))) for each in roster]
        self.units = {own}
        for _ in passed:  # a merger after another
            self.units.update(*(before for before, after in passed if after & self.units))

    def _posting(self, where: str, posting: dict[str, Any]) -> None:
        said = {each.fields["id"]: each for each in self.records}
        self.report.same(where, "holder", (posting["unit"], posting["unit_id"]), (self.row["unit"], self.row["unit_id"]))
        if (posting["rule"], posting["clause"]) not in self.rules:
            self.report.find(where, "rule", (posting["rule"], posting["clause"]))
        behind = [said[id] for id in posting["events"] if id in said]
        self.report.same(where, "behind", [each.fields["id"] for each in behind], posting["events"])
        for day in [posting["on"], *(each.said["on"] for each in behind)]:
            if day > self.basis["as_of"]:
                self.report.find(where, "late", day, self.basis["as_of"])
        streams = {each.said["stream"] for each in behind}
        whose = [
            named(each.fields, ("unit", "units", "unit_id", "before", "after")) for each in self.records if each.said["stream"] in streams
        ]
        if behind and not self.units.intersection(*[set().union(*whose)]):
            self.report.find(where, "holder", sorted(set().union(*whose)), sorted(self.units))

    def _sums(self) -> None:
        """What the postings of an account and of all below it add up to."""
        for account, balance in [*self.document["accounts"].items(), (self.basis["scored_account"], self.row["score"])]:
            below = [each["points"] for each in self.postings if (each["account"] + "/").startswith(account + "/")]
            self.report.same(f"accounts.{account}", "sum", balance, sum(map(Decimal, below), Decimal()))
        idle = {each["account"] for each in self.postings} - set(self.document["accounts"])
        self.report.same("accounts", "sum", sorted(idle), [])


def rules_of(node: Any) -> Iterator[tuple[str, str]]:
    """The id and the clauses of each rule of a scheme, those under a reading included."""
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from rules_of(each)
    if isinstance(node, dict) and "id" in node:
        clause: Any = node.get("clause")
        for words in clause.values() if isinstance(clause, dict) else [clause]:
            yield node["id"], words


def named(fields: dict[str, Any], names: Iterable[str]) -> set[str]:
    """The units that these fields of an event name."""
    found = [fields[name] for name in names if name in fields]
    return {unit for value in found for unit in (value if isinstance(value, list) else [value])}


def in_tree(where: str, report: Report, record: Record, note: Note, proof: list[bytes], digest: Callable[[bytes], bytes] | None) -> None:
    """A record is in the tree of a checkpoint."""
    if digest and not included(digest, record.leaf(digest), record.said["position"], note, proof):
        report.find(where, "proof")


def proved(report: Report, records: list[Record], note: Note) -> None:
    """Says which records are in the tree."""
    report.note("p_records", count=len(records), size=note.size, origin=note.origin, root=note.root.hex())


def check_receipt(document: dict[str, Any], trust: Trust, report: Report) -> None:
    """A receipt: the tree before, with these records and no others, is the tree of the checkpoint."""
    note, digest, before = Note.read(document["checkpoint"].encode()), hasher(document["hash"]), document["before"]
    report.same("file", "shape", sorted(document), RECEIVED)
    report.same("origin", "origin", (note.origin, note.origin.startswith(ORIGINS[document["hash"]])), (document["origin"], True))
    note.check("checkpoint", report, trust)
    if not digest:
        return report.lack("n_hash", found=document["hash"])
    tree = Tree(digest, before["size"], [_hash(text) for text in before["peaks"]])
    was, records = tree.root(), [Record.of_parts(entry) for entry in document["records"]]
    for index, record in enumerate(records):
        record.check(f"records[{index}]", report, tree.size + 1)
        tree.append(record.leaf(digest))
    report.same("checkpoint", "events", note.size, tree.size)
    report.same("checkpoint", "root", note.root.hex(), tree.root().hex())
    trust.compare(report, note.origin, {before["size"]: was, tree.size: tree.root()}, tree.size)
    report.note("p_grown", before=before["size"], was=was.hex(), count=len(records))
    return proved(report, records, note)


def check_proof(data: bytes, trust: Trust, report: Report) -> None:
    """A C2SP tlog-proof, whose ``extra`` line holds the leaf's input."""
    head, _, signed = data.partition(b"\n\n")
    lines = PROOF.fullmatch(head.decode())
    if not lines:
        raise ValueError("not a proof with its record")
    note, leaf, path = Note.read(signed), _base64(lines[1]), lines[3].split("\n")[1:]
    name = "sm3" if note.origin.startswith(ORIGINS["sm3"]) else "sha-256"
    size, digest = int.from_bytes(leaf[:8], "big"), hasher(name)
    record = Record.of_line(b"[%b,%b]\n" % (leaf[8 : size + 8], leaf[size + 8 :]))
    report.same("extra", "position", record.said["position"], int(lines[2]) + 1)
    record.check("extra", report, record.said["position"])
    in_tree("extra", report, record, note, [_hash(line) for line in path], digest)
    note.check("checkpoint", report, trust)
    if not digest:
        report.lack("n_hash", found=name)
    trust.compare(report, note.origin, {note.size: note.root})
    proved(report, [record], note)


def check_file(data: bytes, trust: Trust, report: Report) -> bool:
    """A certificate, a receipt or a proof. False for what is none of them."""
    document = {} if data.startswith(TLOG_PROOF) else LOOSE.decode(data.decode())
    kind = document.get("format") if isinstance(document, dict) else None
    with report.at("file"):
        if data.startswith(TLOG_PROOF):
            check_proof(data, trust, report)
        elif kind == CERTIFICATE:
            Certificate(report, document).check(trust)
        elif kind == RECEIPT:
            check_receipt(document, trust, report)
        else:
            return False
    return True


def pinned(text: str) -> tuple[str, bytes, bytes]:
    """A verifier key as C2SP writes it: its name, its id, and its type with the key. Raises ValueError for what is none."""
    name, number, key = text.split("+", 2)
    data, short = _base64(key), bytes.fromhex(number)
    if data[0] == 1 and (len(data) != 33 or hashlib.sha256(name.encode() + b"\n" + data).digest()[:4] != short):
        raise ValueError(text)
    return name, short, data


def as_kept(file: Path) -> bytes:
    """What a file holds, but for a byte order mark and the line ends of Windows, which mail programs and editors add."""
    data = file.read_bytes()
    return data[len(MARK) if data.startswith(MARK) else 0 :].replace(b"\r\n", b"\n")


def language(arguments: list[str]) -> str:
    """The reader's: of ``--lang``, or of the environment."""
    asked = [*arguments[arguments.index("--lang") + 1 :][:1]] if "--lang" in arguments else [os.environ.get("SCORELEDGER_LANG", "")]
    if asked[0] in ("en", "zh"):
        return asked[0]
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def main(arguments: list[str]) -> int:
    """Checks what the arguments name and returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    report = Report(language(arguments))
    parser = argparse.ArgumentParser(prog="verify_export.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("path", type=Path, help=report.text("path"))
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="OLD", help=report.text("checkpoint"))
    parser.add_argument("--public-key", action="append", default=[], metavar="KEY", help=report.text("public_key"))
    parser.add_argument("--lang", choices=("en", "zh"))
    asked = parser.parse_args(arguments)
    at, trust, wanting = asked.path, Trust([], []), "key"
    try:
        for key in asked.public_key:
            at = key[:20]  # no more is shown: it may be a private key, given by mistake
            trust.keys.append(pinned(key.strip()))
        wanting = "kept"
        for at in asked.checkpoint:
            trust.olds.append((str(at), Note.read(as_kept(at))))
        at, wanting = asked.path, "nothing"
        if at.is_dir():
            check_export(at, trust, report)
        elif not check_file(as_kept(at), trust, report):
            raise ValueError(at)
    except MALFORMED as error:
        reason = f" ({error.strerror})" if isinstance(error, OSError) else ""
        sys.stderr.write(report.text(wanting, found=f"{at}{reason}") + "\n")
        return 2
    report.note("c_true")
    return report.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
