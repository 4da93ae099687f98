"""The page of docs/reference on the scheme file, made from the model: every key, what it holds and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ledger import messages
from ledger.rules import calendar, conditions, entries, fields, model, prices
from ledger.rules.parts import Part, Rule

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
Model = type[Part]

HEAD = """\
# The scheme file

<!-- Made by scripts/docs from the model in ledger/rules. Change that, not this page. -->

A scheme is a YAML file. This page says what every key of it means; [Writing a scheme](../writing-a-scheme.md) goes through one
from the printed document on, [the gallery](../gallery/index.md) has an example of each construct, and `scoreledger scheme
check FILE` says what is wrong in one, and where.

Every value is read as text: `62.5` stays exact, `no` is the word, and quotes change nothing. Points have at most two
decimals. A key that this page does not have is refused. **Needed** is what has no default.

Editors complete keys and show these words when they know the [JSON Schema](scheme.schema.json). Write it beside your file,
`scoreledger scheme schema > scheme.schema.json`, and name it in the file's first line (VS Code with the YAML extension):

```yaml
# yaml-language-server: $schema=scheme.schema.json
```
"""

SECTIONS: tuple[tuple[str, tuple[Model, ...]], ...] = (
    ("The file", (model.Scheme,)),
    ("Vocabulary", (entries.Word,)),
    ("Fields of its own", (entries.ExtraField,)),
    ("Targets", (entries.Target,)),
    ("Classes", (entries.ClassEntry,)),
    ("Units", (entries.UnitEntry,)),
    ("Persons", (entries.Persons,)),
    ("Calendar", (calendar.Calendar, calendar.Working)),
    ("Rules", (Rule,)),
    ("Award", (model.Award,)),
    ("Price", (prices.Fixed, prices.Table, prices.Cases, prices.Case, prices.Times, prices.Given)),
    ("Groups", (model.Group, model.Keep, model.ByField)),
    ("Measures", (model.Measure, model.Count, model.Against, model.Carried, model.Among, model.Elapsed, model.InBand)),
    ("Assess", (model.Assess, model.Band)),
    ("Limit", (model.Limit, model.Deduct)),
    ("Flag", (model.Flag,)),
    ("Rank", (model.Rank, model.RankKey)),
    ("Readings", (entries.ReadingEntry,)),
)
"""The models, in the order in which a file is written; a test sees that none is left out."""

CONDITIONS: tuple[tuple[str, type, str], ...] = (
    ("{channel: city}, {channel: [city, province]}", conditions.Is, "The field's value is this one, or one of these."),
    (
        "{extra.words: {at_least: 500, less_than: 800}}",
        conditions.Order,
        "Its number stands so to a bound: `at_least`, `more_than`, `at_most`, `less_than`. One without a value does not.",
    ),
    (
        "{completed_on: {at_most: 10-31}}",
        conditions.DayOrder,
        "The first day that a measure gives stands so to a day of the scheme's year, or to `2024-10-31`. One without a day does not.",
    ),
    ("{channel: city, category: problem}, {all: [{…}, {…}]}", conditions.All, "Every part holds."),
    ("{any: [{…}, {…}]}", conditions.AnyOf, "At least one part holds."),
    ("{not: {…}}", conditions.Not, "The part does not hold."),
    (
        "{exists: {match: item_adopted, when: {…}}}",
        conditions.Exists,
        "There is another event of this kind about the same subject, dated no later, for which `when` holds.",
    ),
)
"""How each kind of condition is written, and what it says."""
SAID = {
    "Rules": "Every rule has these keys, and those of its `kind`: `award`, `measure`, `assess`, `limit`, `flag` or `rank`.\n",
    "Price": "One number, or a mapping in one of the shapes below.\n",
    "Readings": """\
Any value may depend on a reading: `points: {by_reading: {READING: {OPTION: 5, OTHER: 3}}}`, with a value for every option.
A rule with `when_reading: {READING: OPTION}` stands only under that option. Every combination is checked.
""",
    "Calendar": f"""\
Periods that rules may name: {", ".join(f"`{name}`" for name in calendar.DIVISIONS)}, and the calendar's own `divisions`. Weeks
are those of ISO 8601. A year that is `of: previous` and begins on `12-01` is 2024 from 2023-12-01 to 2024-11-30.
""",
}
"""What has to be said of a section before its keys."""
WRITTEN: Mapping[tuple[Model, str], str] = {(prices.Case, "worth"): "points"}
"""Keys that stand in a file under another name than in the model."""
CONDITION = """\
## Condition{chinese}

Which events, or which state of a unit's measures. Several entries in one mapping must all hold. Text is compared as text; a
bound is a number, a span of time, `20min`, `2h`, `2d`, or, for a first day, a day; an empty text, `{{lead: ""}}`, is a field
without a value. In an award or a count the names are [fields](#fields-that-rules-may-speak-of); in a judgement, a limit or a
flag they are measures, `year`, `class` and `staff`.

| written | says |
|---|---|
"""
FIELDS = """\
## Fields that rules may speak of

An event is joined with its subject: an adoption sees its item, an answer its solicitation. Every event also has `on` and `id`.

| kind of event | 中文 | its own fields | its subject's |
|---|---|---|---|
{kinds}

Beside them there are, for every kind:

| field | what it holds |
|---|---|
| `role` | the unit's part in a joint item: `sole`, `lead` or `other` |
| `unit_count` | how many units the item has |
| `class` | the unit's class, on the day |
| `year` | the year that the day belongs to |
| `channel.group`, `level.group`, `category.group`, `finding.group` | the `group` of the word in the vocabulary |
| `extra.ID` | a field of the scheme's own |

| field | 中文 | what it holds |
|---|---|---|
{fields}
"""
_EVERY = ("id", "on", "source", "note", "extra")
_MATCHED = tuple(dict.fromkeys((*fields.OPENERS.values(), *fields.OUTCOMES, "incident_reported", "order_settled")))


def render() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(*each) for each in SECTIONS), _conditions(), _fields()])


def _section(title: str, models: tuple[Model, ...]) -> str:
    parts = [f"## {title}{_beside(title)}\n", *([SAID[title]] if title in SAID else [])]
    for at, each in enumerate(models):
        parts += [f"### {_words(each)}\n"] if at else []
        parts += [f"{_told(each.__doc__)}\n", _keys(each)]
    return "\n".join(parts)


def _keys(each: Model) -> str:
    """The table of a model's keys; those that every rule has stand once."""
    made = each.model_json_schema(by_alias=True)
    made = made["$defs"][each.__name__] if "$ref" in made else made
    common = Rule.model_fields if issubclass(each, Rule) and each is not Rule else {}
    own = {name: node for name, node in made["properties"].items() if name not in common}
    rows = (_row(WRITTEN.get((each, name), name), node, name in made.get("required", ())) for name, node in own.items())
    return "\n".join(["| key | 中文 | what it holds | what it means |", "|---|---|---|---|", *rows, ""])


def _row(name: str, node: Mapping[str, Any], needed: object) -> str:
    meaning = str(node["description"]).replace("|", "\\|") + (" **Needed.**" if needed else "")
    return f"| `{name}` | {glossary().get(name, '')} | {_holds(node)} | {meaning} |"


def _holds(node: Mapping[str, Any]) -> str:
    """What a key may hold, in words."""
    if "$comment" in node:
        title = str(node["$comment"]).removeprefix("a ").capitalize()
        return f"[{node['$comment']}](#{_anchor(title + _beside(title))})"
    if "$ref" in node:
        return _link(node["$ref"].rpartition("/")[2])
    if "anyOf" in node or "oneOf" in node:
        options = [each for each in node.get("anyOf", node.get("oneOf")) if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(map(_holds, options)))
    if "const" in node or "enum" in node:
        return ", ".join(f"`{each}`" for each in node.get("enum", [node.get("const")]))
    return ", ".join(f"`{each}`" for each in node["examples"]) if "examples" in node else _typed(node)


def _typed(node: Mapping[str, Any]) -> str:
    """The same of a value that has no closed choices."""
    of = node.get("type")
    if of == "array":
        return f"list of {_holds(node['items'])}"
    if of == "object":
        inner = node.get("additionalProperties")
        return (
            f"by name: {_holds(inner)}"
            if isinstance(inner, dict)
            else " and ".join(f"`{key}`" for key in node.get("properties", ())) or "mapping"
        )
    if of == "integer":
        return "whole number" if "minimum" in node else "number"
    return {"boolean": "`true`, `false`", "string": "day" if node.get("format") == "date" else "text"}.get(str(of), "text, or a list")


@cache
def _anchors() -> Mapping[str, tuple[str, str]]:
    """The title of each model, and the anchor of its heading."""
    firsts = {models[0].__name__: (title, f"{title}{_beside(title)}") for title, models in SECTIONS}
    others = {each.__name__: (_words(each), _words(each)) for _, models in SECTIONS for each in models[1:]}
    return {name: (title, _anchor(heading)) for name, (title, heading) in {**firsts, **others}.items()}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def _link(name: str) -> str:
    title, anchor = _anchors()[name]
    return f"[{title.lower()}](#{anchor})"


def _words(each: Model) -> str:
    """A model's name in words: ``RankKey`` is a rank key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", each.__name__).capitalize()


def _told(docstring: str | None) -> str:
    """A docstring as prose of a page."""
    return "\n".join(line.strip() for line in (docstring or "").strip().splitlines()).replace("``", "`")


@cache
def glossary() -> Mapping[str, str]:
    """The Chinese word for each name in the code, singular or plural, from docs/glossary.md."""
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \| ([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    said = {name: chinese for names, chinese in rows for name in re.findall(r"`([^`]+)`", names) if names.count("`") == 2}
    return {form: chinese for name, chinese in said.items() for form in (name, f"{name}s", name.removesuffix("s"))}


def _beside(title: str) -> str:
    """The Chinese word beside a heading."""
    chinese = glossary().get(title) or glossary().get(title.lower())
    return f" {chinese}" if chinese else ""


def _conditions() -> str:
    rows = (f"| `{written}` | {says} |" for written, _, says in CONDITIONS)
    return CONDITION.format(chinese=_beside("Condition")) + "\n".join([*rows, ""])


def _fields() -> str:
    rows = [
        f"| `{kind}` | {messages.text(f'commands.kind_{kind}', lang='zh')} | {_names(kind)} | {_names(fields.opener(kind))} |"
        for kind in _MATCHED
    ]
    spoken = sorted({name for kind in _MATCHED for name in _own(kind)})
    return FIELDS.format(kinds="\n".join(rows), fields="\n".join(map(_field, spoken)))


def _own(kind: str) -> tuple[str, ...]:
    return tuple(name for name in fields.own(kind) if name not in _EVERY)


def _names(kind: str | None) -> str:
    return ", ".join(f"`{name}`" for name in _own(kind)) if kind else ""


def _field(name: str) -> str:
    english, chinese = (messages.text(f"commands.field_{name}", lang=lang) for lang in ("en", "zh"))
    return f"| `{name}` | {chinese.rstrip('。')} | {english}{_closed(name)} |"


def _closed(name: str) -> str:
    """The choices of a field, by kind of event where these differ."""
    found = {kind: fields.choices(kind, name) for kind in _MATCHED if name in fields.own(kind)}
    said = {kind: ", ".join(f"`{value}`" for value in values) for kind, values in found.items() if values}
    if len(said) == len(found) and len(set(said.values())) == 1:
        return f" One of {next(iter(said.values()))}."
    return "".join(f" In `{kind}` one of {values}." for kind, values in said.items())
