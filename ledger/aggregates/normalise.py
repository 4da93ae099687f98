"""From what a file, a command or a form says to an event.

Names become ids, texts become values, and all that is wrong with a record is said at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from ledger import times
from ledger.aggregates import extra
from ledger.aggregates.extra import shown
from ledger.aggregates.lexicon import Lexicon
from ledger.aggregates.scheme import Terms
from ledger.errors import Problem, Refused, nearest
from ledger.events import FROM_FILES, LEDGERS_FIELDS, LEDGERS_OWN, Event, EventReversed, references
from ledger.values import Invalid

_MODELS = {model.kind: model for model in FROM_FILES}
_OWN = {model.kind for model in LEDGERS_OWN}
_TIMED = frozenset(model for model in FROM_FILES if model.model_fields["on"].annotation is datetime)
_LONGEST_NAME, _LONGEST_REASON = 200, 4000
_NEVER = date(1900, 1, 1)

_WRONG = {
    "missing": "aggregates.missing",
    "string_type": "aggregates.not_text",
    "string_too_short": "aggregates.blank",
    "string_too_long": "aggregates.too_long",
    "string_pattern_mismatch": "aggregates.unprintable",
    "bool_type": "aggregates.not_yes_or_no",
    "int_type": "aggregates.not_whole",
    "greater_than_equal": "aggregates.too_small",
    "tuple_type": "aggregates.not_a_list",
    "dict_type": "aggregates.not_a_mapping",
}
_ABOUT = {
    "events.unit_or_units": "unit",
    "events.lead_outside": "lead",
    "events.unit_twice": "units",
    "events.nobody_asked": "units",
    "events.due_before": "due",
    "events.order_of_one": "units",
}


class Incoming(NamedTuple):
    """A record as it came in, and the place it came from (``events.jsonl:12``); in a sheet, the place of each field's cell too."""

    where: str
    record: Mapping[str, object]
    cells: Mapping[str, str] = MappingProxyType({})

    def place(self, field: str | None) -> str:
        """Where a field of the record stands."""
        return self.cells.get(field or "", self.where)


class Surroundings(NamedTuple):
    """What a record is read against.

    ``terms_on`` gives what the scheme in force on a day lets events name, units among its words, and raises Refused where
    no scheme is; ``person`` gives the id of a person's name and, where it is the first time, the commitment to it;
    ``today`` dates reversals that have no date.
    """

    terms_on: Callable[[date], Terms]
    person: Callable[[str], tuple[str, str | None]]
    today: Callable[[], date]


def normalise(record: Mapping[str, object], around: Surroundings, new_id: str) -> Event:
    """The event that a record says; ``new_id`` is the event's where the record has none.

    Raises Refused with every problem of the record.
    """
    data = {name: value for name, value in record.items() if value is not None}
    model = _model(data.pop("kind", None))
    problems = [*_reserved(data)]
    data.setdefault("id", new_id)
    if model is EventReversed:
        data.setdefault("on", around.today())
    named = _resolve(model, data, around, problems)
    try:
        event = model.model_validate(data)
    except ValidationError as error:
        problems += _problems(model, error, whole=not problems)
    if problems:
        raise Refused(*problems)
    return event.model_copy(update={"named": named}) if named else event


def _model(kind: object) -> type[Event]:
    model = _MODELS.get(kind) if isinstance(kind, str) else None
    if model:
        return model
    if kind is None:
        raise Refused(Problem("aggregates.no_kind", "kind", params={"nearest": nearest("", _MODELS)}))
    key = "aggregates.own_kind" if isinstance(kind, str) and kind in _OWN else "aggregates.unknown_kind"
    raise Refused(Problem(key, "kind", params={"value": shown(kind), "nearest": nearest(kind, _MODELS)}))


def _reserved(data: dict[str, Any]) -> Iterator[Problem]:
    """The ledger's own fields, taken out; ids that look like a position."""
    if not LEDGERS_FIELDS.isdisjoint(data):
        for name in LEDGERS_FIELDS & data.keys():
            del data[name]
            yield Problem("aggregates.own_field", name, params={"field": name})
    own = data.get("id")
    if isinstance(own, str) and own.strip().startswith("@"):
        yield Problem("aggregates.id_like_position", "id", params={"value": shown(own)})


def _resolve(model: type[Event], data: dict[str, Any], around: Surroundings, problems: list[Problem]) -> dict[str, str]:
    """Puts ids for names and values for extra fields, in place; the commitments to persons who are named for the first time."""
    day = _business_date(model, data, problems)
    if day is None:
        return {}
    try:
        words, fields = _in_force(model, day, around)
    except Refused as refused:
        problems += refused.problems
        return {}
    named: dict[str, str] = {}
    for name, to, many in _refs(model):
        if name in data:
            try:
                data[name] = _person(data[name], around, named) if to == "person" else _found(data[name], words[to], name, many=many)
            except Refused as refused:
                problems += refused.problems
    if fields or "extra" in data:
        data["extra"], wrong = extra.read(data.get("extra", {}), fields, model.kind)
        problems += wrong
    return named


def _in_force(model: type[Event], day: date, around: Surroundings) -> tuple[Mapping[str, Lexicon], Mapping[str, extra.Declared]]:
    """The words and the extra fields of the day; a reversal, whose date only informs, has neither."""
    if model is EventReversed:
        return {}, {}
    terms = around.terms_on(day)
    return terms.words, terms.fields.get(model.kind, {})


@cache
def _refs(model: type[Event]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((use.name, use.ref, use.many) for use in references(model) if use.ref)


def _found(value: Any, words: Lexicon, field: str, *, many: bool) -> Any:
    """The id or ids; what is neither a text nor, for a field of several, a list is left for the model to refuse."""
    if not many:
        return words.find(value, field) if type(value) is str else value
    if type(value) is list or type(value) is tuple:
        return tuple(words.find(each, field) if type(each) is str else each for each in value)
    return value


def _person(value: Any, around: Surroundings, named: dict[str, str]) -> Any:
    """The person's id; what is not a name is left for the model to refuse."""
    name = value.strip() if isinstance(value, str) else ""
    if not name or len(name) > _LONGEST_NAME or not _encodable(name):
        return value
    person, commitment = around.person(name)
    if commitment:
        named[person] = commitment
    return person


def _encodable(text: str) -> bool:
    """Whether it is text at all: half a surrogate pair, which JSON can hold, is not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_day = lru_cache(4096)(times.day)


def _business_date(model: type[Event], data: dict[str, Any], problems: list[Problem]) -> date | None:
    """The business date; ``on`` is put as a value. What cannot be read is a problem, and some valid value stands in."""
    on = data.get("on")
    if on is None:
        return None
    timed = model in _TIMED
    try:
        data["on"] = when = times.moment(on) if timed else _day(on)
        return when.date() if isinstance(when, datetime) else when
    except (ValueError, OverflowError, TypeError):
        problems.append(Problem("events.bad_moment" if timed else "events.bad_day", "on", params={"value": shown(on)}))
        data["on"] = datetime.combine(_NEVER, datetime.min.time(), times.SHANGHAI) if timed else _NEVER
        return None


def reason(written: str, field: str) -> str:
    """A reason that no record's model reads, as it is recorded. Raises Refused, for ``field``, where it is blank or too long."""
    said = written.strip()
    if not said:
        raise Refused(Problem("aggregates.blank", field, params={"field": field}))
    if len(said) > _LONGEST_REASON:
        raise Refused(Problem("aggregates.too_long", field, params={"field": field, "limit": _LONGEST_REASON}))
    return said


def _problems(model: type[Event], error: ValidationError, *, whole: bool) -> Iterator[Problem]:
    """The problems of a record; with ``whole``, those between its fields too, which others would only echo."""
    for each in error.errors(include_url=False):
        cause = each.get("ctx", {}).get("error")
        field = str(each["loc"][0]) if each["loc"] else None
        if isinstance(cause, Invalid):
            if field or whole:
                yield Problem(cause.key, field or _ABOUT.get(cause.key), params={name: shown(it) for name, it in cause.params.items()})
        else:
            yield _problem(model, str(each["type"]), field, each["input"], each.get("ctx", {}), str(each["msg"]))


def _problem(model: type[Event], type_: str, field: str | None, value: object, limits: Mapping[str, Any], detail: str) -> Problem:
    known: dict[str, object] = {"field": field, "kind": model.kind, "value": shown(value), "detail": detail}
    if type_ == "extra_forbidden":
        return Problem("aggregates.unknown_field", field, params={**known, "nearest": nearest(field, fields(model))})
    if type_ == "literal_error":
        return Problem("aggregates.not_a_choice", field, params={**known, "nearest": nearest(value, choices(model, field or ""))})
    limit = limits.get("max_length", limits.get("ge"))
    return Problem(_WRONG.get(type_, "aggregates.bad_value"), field, params={**known, "limit": limit})


def fields(model: type[Event]) -> tuple[str, ...]:
    """The names that a record may use for the fields of a kind, ``kind`` aside."""
    return tuple(info.alias or name for name, info in model.model_fields.items() if name not in LEDGERS_FIELDS)


def choices(model: type[Event], field: str) -> tuple[str, ...]:
    """The values of a field that has a fixed few."""
    return get_args(model.model_fields[field].annotation)
