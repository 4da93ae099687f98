"""A scheme for people: its clauses beside its rules, its words, its readings, its roster and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from ledger.commands.tables import columns, line, stacked
from ledger.messages import listed, text, word
from ledger.projections.cut import Enacted
from ledger.rules.readings import readings
from ledger.rules.source import VOCABULARIES, Source

_HASH_SHOWN = 12


def overview(packaged: Sequence[Source], recorded: Sequence[Enacted], location: str) -> Iterator[RenderableType]:
    """The schemes there are: those that come with the program, and those in the ledger by position."""
    yield _listing(text("commands.schemes_packaged"), [("", source) for source in packaged])
    if recorded:
        title = text("commands.schemes_recorded", {"ledger": location})
        yield _listing(title, [(f"@{enacted.position}", enacted.source) for enacted in recorded])
    else:
        yield line(text("commands.schemes_no_ledger", {"ledger": location}), "dim")


def _listing(title: str, schemes: Sequence[tuple[str, Source]]) -> Table:
    table = columns(
        title,
        (text("commands.head_position"), "right"),
        (text("commands.head_scheme"), "left"),
        (text("commands.head_effective"), "left"),
        (text("commands.head_title"), "left"),
        (text("commands.head_sha256"), "left"),
    )
    for position, source in schemes:
        table.add_row(*map(line, (position, source.id, source.effective.isoformat(), source.name, source.sha256[:_HASH_SHOWN])))
    return table


def scheme(source: Source) -> Iterator[RenderableType]:
    """Everything a scheme says."""
    yield line(text("commands.scheme_title", {"name": source.name, "scheme": source.id}), "bold")
    data = source.data
    said = {"issuer": data.get("issuer", ""), "document": data.get("document", ""), "effective": source.effective}
    yield line(text("commands.scheme_issued", said))
    if data.get("supersedes"):
        yield line(text("commands.scheme_supersedes", {"schemes": listed(data["supersedes"])}))
    yield line(text("commands.scheme_hash", {"sha256": source.sha256}), "dim")
    yield line()
    yield _rules(source)
    yield _readings(source)
    yield _vocabulary(source)
    yield _roster(source)


def _rules(source: Source) -> Table:
    table = columns(
        text("commands.scheme_rules"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_words"), "left"),
        (text("commands.head_rule"), "left"),
        (text("commands.head_does"), "left"),
    )
    for rule in source.data["rules"]:
        table.add_row(line(rule["clause"]), line(rule["text"]), line(rule["id"]), line(_does(rule, source.data["accounts"])))
    return table


def _does(rule: Mapping[str, Any], accounts: Mapping[str, str]) -> str:
    """The rule's kind, the account it posts to, and the reading it stands under."""
    parts = [word(f"commands.rule_{rule['kind']}", rule["kind"])]
    account = rule.get("account")
    if isinstance(account, str):
        parts.append(accounts.get(account, account))
    elif account:
        parts.append(text("commands.by_reading", {"readings": listed(account["by_reading"])}))
    if "when_reading" in rule:
        parts.append(text("commands.when_reading", {"readings": listed(f"{key}={option}" for key, option in rule["when_reading"].items())}))
    return listed(parts)


def _readings(source: Source) -> Table:
    table = columns(
        text("commands.scheme_readings"),
        (text("commands.head_reading"), "left"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_question"), "left"),
        (text("commands.head_options"), "left"),
        (text("commands.head_why"), "left"),
    )
    for reading in readings(source).values():
        options = [
            text("commands.option_default" if option == reading.default else "commands.option_other", {"option": option, "words": words})
            for option, words in reading.options.items()
        ]
        table.add_row(line(reading.id), line(reading.clause), line(reading.question), stacked(*map(line, options)), line(reading.why))
    return table


def _vocabulary(source: Source) -> Table:
    table = columns(
        text("commands.scheme_words"),
        (text("commands.head_kind"), "left"),
        (text("commands.head_id"), "left"),
        (text("commands.head_name"), "left"),
        (text("commands.head_aliases"), "left"),
    )
    for kind in VOCABULARIES:
        for term in source.terms(kind):
            table.add_row(line(word(f"commands.vocabulary_{kind}", kind)), line(term.id), line(term.name), line(listed(term.aliases)))
    return table


def _roster(source: Source) -> Table:
    declared: Mapping[str, Any] = source.data.get("targets", {})
    targets = {key: str(target["name"] if isinstance(target, Mapping) else target) for key, target in declared.items()}
    table = columns(
        text("commands.scheme_roster", {"count": len(source.roster)}),
        (text("commands.head_class"), "left"),
        (text("commands.head_name"), "left"),
        (text("commands.head_id"), "left"),
        (text("commands.head_aliases"), "left"),
        *((name, "right") for name in targets.values()),
    )
    for unit in source.roster:
        own = {**source.data["classes"][unit.class_].get("targets", {}), **source.data["units"][unit.id].get("targets", {})}
        figures = [line(str(own.get(target, ""))) for target in targets]
        table.add_row(line(unit.class_), line(unit.name), line(unit.id), line(listed(unit.aliases)), *figures)
    return table
