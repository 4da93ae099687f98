"""What may be said in a run against the dictionary: facts of a few things on a few days, so that they meet."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.stress.plain import MISSES, UNITS

people = st.sampled_from(["韦", "覃"])
early = st.sampled_from(["2024-02-01", "2024-02-15"])
days = st.sampled_from([*["2024-02-15", "2024-02-29", "2024-03-05", "2024-04-02", "2024-04-20"] * 3, "2024-02-01", "2023-12-31"])
items = st.sampled_from(["A", "A", "B", "C"])
calls = st.sampled_from(["S", "S", "S", "T"])
channels = st.sampled_from([*["county", "city"] * 5, "nowhere"])
units = st.sampled_from(UNITS)
adjusts = st.sampled_from([None, "补记"])
policies = st.frozensets(st.sampled_from(["closed_periods", "veto_findings"]))


def fact(kind: str, optional: dict[str, st.SearchStrategy[object]] | None = None, **fields: object) -> st.SearchStrategy[dict[str, object]]:
    """Facts of a kind: a field is one value, or any of several."""
    drawn = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in {"on": days, **fields}.items()}
    return st.fixed_dictionaries({"kind": st.just(kind), **drawn}, optional=optional or {})


submitted = fact("item_submitted", on=early, item=items, unit=units) | fact("item_submitted", on=early, item=items, units=["jia", "yi"])
adopted = fact("item_adopted", item=items, channel=channels)
endorsed = fact("item_endorsed", item=items, level="leader")
issued = fact(
    "solicitation_issued", on=early, solicitation=calls, topic="t", units=st.sampled_from([["jia", "yi"], ["jia", "yi"], ["yi"]]),
    due=st.sampled_from(["2024-02-29", "2024-04-02"]),
)  # fmt: skip
in_time = st.sampled_from(["2024-02-15", "2024-02-29"])
fulfilled = fact("solicitation_fulfilled", {"item": items}, on=in_time, solicitation=calls, unit=units)
missed = fact("solicitation_missed", solicitation=calls, unit=units, how=st.sampled_from([*MISSES]))
found = fact("finding_established", {"item": items}, unit=units, finding=st.sampled_from(["idle", "falsity"]))
awarded = fact("points_awarded", unit=units, rule="merit", points=st.sampled_from([2, 5, 3, 1, 9]), officer="韦主任", reason="r")

of_items = submitted | adopted | adopted | endorsed
of_calls = issued | fulfilled | fulfilled | missed | missed
of_units = found | awarded
any_fact = of_items | of_calls | of_units
batches = st.lists(any_fact, min_size=1, max_size=3)
beginnings = st.lists(submitted | issued | adopted, max_size=8)
changes = st.fixed_dictionaries(
    {}, optional={"on": days, "item": items, "unit": units, "channel": channels, "points": st.sampled_from(["2", "5"])}
)
