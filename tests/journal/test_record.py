"""What is stored of an event, and how it is read again."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import rfc8785
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger import events
from ledger.errors import InputError, LogError
from ledger.events import KINDS, Event, ItemSubmitted
from ledger.journal.decode import decoder, struct
from ledger.journal.merkle import SHA_256
from ledger.journal.reader import LogReader
from ledger.journal.record import body, canonical, envelope, leaf_input, mentions, record, stamp, stream_of
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from ledger.values import Unit
from tests.journal.making import empty, event, opened, records, sample

PAGE = Path(__file__).parents[2] / "docs/explanation/record-format.md"

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
names = st.sampled_from(["甲", "b", 'é"\\', "𠮷", "\u2028x", "（", "\x7f"])
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: names,
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    Any: plain,
    date: st.dates(date(1991, 1, 1), date(2100, 1, 1)),
    datetime: st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),  # noqa: DTZ001 a bare moment is Shanghai's
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as a model's field has it."""
    inner = get_args(hint)
    match get_origin(hint):
        case origin if origin is Literal:
            return st.sampled_from(inner)
        case origin if origin in (Union, UnionType):
            return values(next(each for each in inner if each is not NoneType))
        case origin if origin is tuple:
            return st.lists(values(inner[0]), min_size=2, max_size=4, unique_by=repr).map(tuple)
        case origin if origin is dict:
            return st.dictionaries(values(inner[0]), values(inner[1]), max_size=4)
    return SIMPLE[hint]


@st.composite
def events_of(draw: st.DrawFn, model: type[Event]) -> Event:
    """Events of a kind, made from its model's own fields."""
    hints = get_type_hints(model)
    infos = model.model_fields
    asked = {name for name, info in infos.items() if info.is_required() or draw(st.booleans())}
    if model is ItemSubmitted:  # it has a unit or units
        asked = asked - {"unit", "units"} | {draw(st.sampled_from(["unit", "units"]))}
    fields = {infos[name].alias or name: draw(values(hints[name])) for name in sorted(asked)}
    if "due" in fields:
        fields["due"] = max(fields["due"], fields["on"])
    try:
        return model.model_validate(fields)
    except ValidationError:
        reject()


@given(plain)
def test_our_canonical_json_is_the_rfcs(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_beyond_the_basic_plane_are_sorted_as_the_rfc_says() -> None:
    assert canonical({"（": 1, "𠮷": 2}) == '{"𠮷":2,"（":1}'.encode()


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: 2}, {"a": [{"b": 0.0}]}, {1, 2}, b"x", "\ud800", {"\ud800": 1}])
def test_what_canonical_forms_disagree_on_is_refused(value: object) -> None:
    with pytest.raises(InputError) as refused:
        canonical(value)
    assert refused.value.problem.key == "journal.not_plain"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)  # for each of some twenty kinds
@given(data=st.data())
def test_every_kind_comes_back_from_its_record_as_it_went_in(kind: str, data: st.DataObject) -> None:
    model = KINDS[kind]
    made = data.draw(events_of(model))
    entry = record(made, 1, stream="item:any" if kind == "event_reversed" else None)
    fact = decoder(entry.topic, entry.version)(entry.state)
    assert {name: getattr(fact, name) for name in model.model_fields} == {name: getattr(made, name) for name in model.model_fields}
    assert entry.on == str(made.on)[:10]


def test_an_absent_field_is_not_in_the_body_and_a_default_is() -> None:
    adopted = event("item_adopted", "E1", item="OK1", channel="county")
    assert body(adopted) == b'{"channel":"county","id":"E1","item":"OK1","on":"2024-03-05","placement":"regular"}'


def test_points_are_stored_in_hundredths_and_nothing_inside_a_scheme_is_dropped() -> None:
    awarded = event("points_awarded", "E1", unit="u", rule="r", points=2.5, officer="p-1", reason="x")
    enacted = event("scheme_enacted", "E2", scheme="s", effective="2024-01-01", sha256="0", content={"a": None, "b": [True]})
    assert b'"points":250' in body(awarded)
    assert b'"content":{"a":null,"b":[true]}' in body(enacted)


@pytest.mark.parametrize(
    ("kind", "fields", "stream", "named"),
    [
        ("item_submitted", {"item": "OK1", "units": ["b", "a"], "lead": "a"}, "item:OK1", ("unit:b", "unit:a")),
        ("item_adopted", {"item": "OK1", "channel": "county"}, "item:OK1", ()),
        ("solicitation_fulfilled", {"solicitation": "S", "unit": "a", "item": "OK1"}, "solicitation:S", ("unit:a", "item:OK1")),
        ("finding_established", {"unit": "a", "finding": "f", "incident": "I"}, "unit:a", ("incident:I",)),
        ("units_merged", {"before": ["a", "b"], "after": "b", "carry": True}, "unit:b", ("unit:a",)),
        ("unit_split", {"before": "a", "after": ["a", "c"]}, "unit:a", ("unit:c",)),
        ("unit_enrolled", {"unit_id": "a", "unit": "A", "class": "k"}, "unit:a", ()),
        ("order_settled", {"units": ["a", "b"], "reason": "r"}, "period:2024", ("unit:a", "unit:b")),
        ("ledger_opened", {"ledger": "xyz", "hash": "sha-256", "format": 1}, "ledger:xyz", ()),
        ("scheme_enacted", {"scheme": "s", "effective": "2024-01-01", "sha256": "0", "content": {}}, "scheme:s", ()),
        ("name_erased", {"person": "p-1", "reason": "r"}, "person:p-1", ()),
    ],
)
def test_an_event_has_a_stream_and_mentions_the_others_it_names(kind: str, fields: Any, stream: str, named: tuple[str, ...]) -> None:
    made = event(kind, "E1", **fields)
    assert stream_of(made) == stream
    assert mentions(made) == named


def test_a_reversal_goes_where_its_caller_says() -> None:
    reversal = event("event_reversed", "E1", target="E0", reason="twice")
    with pytest.raises(TypeError):
        stream_of(reversal)
    assert record(reversal, 3, stream="item:OK1")[:3] == ("item:OK1", 3, "event_reversed")


def test_only_the_fields_asked_for_are_decoded_and_properties_come_along() -> None:
    assert struct(ItemSubmitted, ["on", "units"]).__struct_fields__ == ("on", "units")
    entry = record(event("item_submitted", "E1", item="OK1", units=["a", "b"]), 1)
    assert decoder("item_submitted", 1)(entry.state).credited == ("a", "b")


def test_what_a_newer_program_wrote_is_named() -> None:
    with pytest.raises(LogError) as unknown:
        decoder("item_adoptd", 1)
    assert "item_adopted" in str(unknown.value)
    for version in (2, 0, -1):
        with pytest.raises(LogError) as newer:
            decoder("item_adopted", version)
        assert newer.value.problem.key == "journal.newer_version"


class _WidgetOfOld(Event):
    """A kind as it once was."""

    kind = "widget_made"
    stream = "unit"
    unit: Unit
    size: int


class _Widget(Event):
    """The same kind later: the size has become a width and a height."""

    kind = "widget_made"
    version = 2
    stream = "unit"
    unit: Unit
    width: int
    height: int


def test_an_old_version_is_read_as_the_current_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dict_of_kinds(), "widget_made", _WidgetOfOld)
    old = record(_WidgetOfOld(id="W1", on=date(2024, 1, 1), unit="a", size=3), 1)
    monkeypatch.setitem(dict_of_kinds(), "widget_made", _Widget)
    monkeypatch.setitem(events.UPCASTS, ("widget_made", 1), _widened)
    new = record(_Widget(id="W2", on=date(2024, 1, 2), unit="a", width=1, height=2), 2)
    with empty(path) as journal, journal.writing("clerk") as writer:
        writer.append([*records([opened()]), old, new])
    with LogReader(path) as log:
        assert [row.version for row in log.rows(kinds=["widget_made"])] == [1, 2]
        facts = [fact for _, _, fact in log.scan({"widget_made": ["id", "width", "height"], "item_adopted": None})]
    assert [(fact.id, fact.width, fact.height) for fact in facts] == [("W1", 3, 3), ("W2", 1, 2)]
    assert verify(path, lambda _done, _total: None).findings == ()


def _widened(fields: dict[str, Any]) -> dict[str, Any]:
    size = fields.pop("size")
    return fields | {"width": size, "height": size}


def dict_of_kinds() -> dict[str, type[Event]]:
    """The registry, which is a mapping to everyone but this test."""
    assert isinstance(KINDS, dict)
    return KINDS


def test_recorded_times_have_one_width_and_shanghais_offset() -> None:
    assert stamp(datetime(2024, 1, 1, 16, tzinfo=UTC)) == "2024-01-02T00:00:00.000000+08:00"


def test_the_worked_example_of_the_page_is_what_the_code_does() -> None:
    blocks = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown = [block.replace("\n", "") for block in blocks]
    entry = record(event("item_adopted", "E3", "2024-03-08", item="OK1", channel="county", placement="brief"), 2)
    sealed = envelope(entry, 4, "2024-03-11T09:30:00.000000+08:00", "clerk")
    assert shown == [
        entry.state.decode(),
        sealed.decode(),
        len(sealed).to_bytes(8, "big").hex(" "),
        SHA_256.leaf(leaf_input(sealed, entry.state)).hex(),
    ]


def test_the_sample_is_a_ledger_without_findings(journal: Journal) -> None:
    with journal.writing("clerk") as writer:
        writer.append(records(sample()))
    assert verify(journal.path, lambda _done, _total: None).findings == ()
