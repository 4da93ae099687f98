"""Events, flags and accounts in the reader's words, from the templates of the catalogue and the scheme's own names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ledger import points
from ledger.messages import language, listed, text, word
from ledger.rules.source import VOCABULARIES, OwnField, Source, own_fields

_DETAILS: Mapping[str, Sequence[str]] = {
    "item_submitted": ("number", "category"),
    "item_adopted": ("placement", "issue"),
    "solicitation_missed": ("excused",),
    "feedback_failed": ("about", "item"),
    "finding_established": ("item", "incident"),
    "units_merged": ("carry",),
    "unit_split": ("carry",),
}
"""Optional fields of a kind that are worth a bracket."""

_PERIOD = re.compile(r"(\d{4})(?:(\D+)(\d+))?", re.ASCII)
_PERIODS = {"-": "period_month", "W": "period_week"}
_CHANGES = ("unit", "class", "targets", "aliases", "staff", "left")
_MOST_UNITS = 3
_OF_UNITS = frozenset({"unit_enrolled", "unit_changed"})
"""The kinds whose ``unit`` is a name, not an id."""
_UNITS = frozenset({"unit", "units", "before", "after"})


def kind(name: str) -> str:
    """A kind of event in words."""
    return word(f"commands.kind_{name}", name)


def several(names: Sequence[str], of: str = "units") -> str:
    """Units by name, or facts by id; of many, the first and how many there are."""
    if len(names) <= _MOST_UNITS:
        return listed(names)
    return text(f"commands.many_{of}", {"first": listed(names[:_MOST_UNITS]), "count": len(names)})


def flags(names: Iterable[str]) -> str:
    """Flags in words."""
    return listed(word(f"commands.flag_{name}", name) for name in names)


def period(name: str) -> str:
    """A period: ``2024``, ``2024Q3``, ``2024H1``, ``2024-03``, ``2024W09``, or one of a scheme's own division, ``2024通报期2``."""
    found = _PERIOD.fullmatch(name)
    if found is None:
        return name
    year, division, number = found.groups()
    if division is None:
        return text("commands.year", {"year": year})
    if division == "Q":
        return text("commands.quarter", {"year": year, "quarter": number})
    key = f"period_half_{int(number)}" if division == "H" else _PERIODS.get(division, "period_own")
    return text(f"commands.{key}", {"year": year, "division": division, "number": int(number)})


def moment(written: str) -> str:
    """A recorded time to the second, as the clock on the wall shows it."""
    return written[:19].replace("T", " ")


def amount(hundredths: int, *, signed: bool = False) -> str:
    """Points as text, with a plus where they are a change."""
    return f"{'+' if signed and hundredths > 0 else ''}{points.text(hundredths)}"


def measured(value: int | date | None) -> str:
    """A measure's value; a dash for a day that has not come."""
    if value is None:
        return text("commands.never")
    return value.isoformat() if isinstance(value, date) else points.text(value)


def _carried(value: bool | Sequence[int]) -> str:
    """Whether, or in what ratio, points go along."""
    if isinstance(value, bool):
        return text("commands.carried" if value else "commands.not_carried")
    return text("commands.in_ratio", {"ratio": ":".join(map(str, value))})


_CODES: Mapping[str, Callable[[Any], str]] = {
    "how": lambda value: word(f"commands.how_{value}", value),
    "feedback": lambda value: word(f"commands.feedback_{value}", value),
    "severity": lambda value: word(f"commands.severity_{value}", value),
    "channel": lambda value: word(f"commands.channel_{value}", value),
    "placement": lambda value: "" if value == "regular" else word(f"commands.placement_{value}", value),
    "excused": lambda value: text("commands.excused") if value else "",
    "left": lambda value: text("commands.left" if value else "commands.returned"),
    "carry": _carried,
    "on": lambda value: str(value)[:16].replace("T", " "),
    "four_eyes": lambda value: listed(word(f"commands.covered_{each}", each) for each in value) or text("commands.covered_nothing"),
    "events": lambda value: listed(kind(each["kind"]) for each in value),
}
"""How the values of our own few words, and of moments, are shown."""


def _is_number(written: str) -> bool:
    return not written or written.isdecimal()


class Titles:
    """What a scheme calls its measures, accounts and readings, and the fields that it adds."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.fields = own_fields([source])
        self._measures = {str(rule["id"]): str(rule["text"]) for rule in source.data["rules"]}
        self._kinds = {str(rule["id"]): str(rule.get("kind", "")) for rule in source.data["rules"]}
        self._judged = {str(rule["id"]): str(rule["measure"]) for rule in source.data["rules"] if "measure" in rule}
        self._divisions = {str(rule["id"]): str(rule.get("period", "")) for rule in source.data["rules"]}
        self._readings: Mapping[str, Any] = source.data.get("readings", {})

    def measure(self, name: str) -> str:
        """A shown measure: the scheme's words for a Chinese reader, its id for another; one of a period with the period's number."""
        key, number = self._parted(name)
        title = self._measures.get(key, key) if language() == "zh" else key.replace("_", " ")
        if not number:
            return title
        division = self._divisions.get(key, "")
        if division == "quarter":
            return text("commands.quarterly", {"title": title, "quarter": number})
        known = {"half": f"numbered_half_{number}", "month": "numbered_month", "week": "numbered_week"}
        return text(f"commands.{known.get(division, 'numbered_own')}", {"title": title, "division": division, "number": number})

    def judged(self, rule: str) -> str | None:
        """The words of the measure that a rule judges; None for a rule that judges none."""
        return self._measures.get(self._judged.get(rule, ""))

    def is_limit(self, rule: str) -> bool:
        """Whether a rule is a limit."""
        return self._kinds.get(rule) == "limit"

    def is_numbered(self, name: str) -> bool:
        """Whether a shown measure is that of a quarter or another part of the year: the rule's id with the part's number."""
        return bool(self._parted(name)[1])

    def _parted(self, name: str) -> tuple[str, str]:
        """The rule's id and the number of the period, which is empty for the year's."""
        ends = range(len(name), 0, -1)
        return next(((name[:end], name[end:]) for end in ends if name[:end] in self._measures and _is_number(name[end:])), (name, ""))

    def reading(self, key: str, option: str) -> str:
        """A reading and the option taken, with the option's words."""
        return text("commands.reading", {"reading": key, "option": option, "words": self._readings[key]["options"][option]})

    def departures(self, readings: Mapping[str, str]) -> list[str]:
        """The readings that differ from the scheme's defaults, in words."""
        return [self.reading(key, option) for key, option in readings.items() if self._readings[key]["default"] != option]


class Words:
    """Describes events. ``vocabulary`` gives a scheme's names by kind of word and id, ``units`` the units' by id, ``fields``
    what :func:`own_fields` finds.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, Mapping[str, str]],
        units: Mapping[str, str],
        fields: Mapping[tuple[str, str], OwnField],
    ) -> None:
        self._vocabulary = vocabulary
        self._units = units
        self._fields = fields

    def event(self, kind: str, fields: Mapping[str, Any]) -> str:
        """What happened, with whose event it is, why it was taken late and by which proposal."""
        whose, what = fields.get("units") or fields.get("unit"), self.deed(kind, fields)
        if whose and kind not in {*_OF_UNITS, "order_settled"}:
            what = text("commands.of_unit", {"whose": self._named(whose), "what": what})
        notes = [text(f"commands.noted_{name}", {"note": fields[name]}) for name in ("adjust", "approves") if fields.get(name)]
        return text("commands.detailed", {"what": what, "details": listed(notes, "besides")}) if notes else what

    def deed(self, kind: str, fields: Mapping[str, Any]) -> str:
        """What happened, for a reader who knows whose event it is."""
        template = word(f"commands.what_{kind}", kind)
        shown = {name: self._value(kind, name, value) for name, value in fields.items() if value is not None}
        if "item" in fields:
            shown |= {"item": self._item(fields), "number": str(fields["item"]) if fields.get("title") else ""}
        shown["unit_class"] = shown.get("class", "")
        details = [shown[name] for name in _DETAILS.get(kind, ()) if shown.get(name)]
        details += [self._extra(kind, name, value) for name, value in (fields.get("extra") or {}).items()]
        shown["changes"] = listed(f"{word(f'commands.change_{name}', name)} {shown[name]}" for name in _CHANGES if name in shown)
        what = template.format(**shown)
        return text("commands.detailed", {"what": what, "details": listed(details)}) if details else what

    def _item(self, fields: Mapping[str, Any]) -> str:
        if fields.get("title"):
            return text("commands.item_titled", {"title": fields["title"]})
        return text("commands.item_numbered", {"item": fields["item"]})

    def _value(self, kind: str, name: str, value: Any) -> str:
        if name in VOCABULARIES and value in self._vocabulary.get(name, {}):
            return self._vocabulary[name][value]
        code = "feedback" if (kind, name) == ("feedback_failed", "how") else name
        if code in _CODES:
            return _CODES[code](value)
        if name in _UNITS and kind not in _OF_UNITS:
            return self._named(value)
        if isinstance(value, Mapping):
            return listed(f"{key}={each}" for key, each in value.items())
        return listed(map(str, value)) if isinstance(value, list | tuple) else str(value)

    def _extra(self, kind: str, name: str, value: Any) -> str:
        """A field of the scheme's own with its value, in the scheme's words where they are known."""
        field = self._fields.get((kind, name))
        match value:
            case bool():
                said = text("commands.yes" if value else "commands.no")
            case list() | tuple():
                said = ":".join(map(str, value))
            case _:
                said = field.choices.get(value, str(value)) if field else str(value)
        return text("commands.extra_said", {"name": field.name if field else name, "value": said})

    def _named(self, whose: str | Sequence[str]) -> str:
        """Units by name; of many, the first and how many there are."""
        return several([self._units.get(unit, unit) for unit in ([whose] if isinstance(whose, str) else whose)])
