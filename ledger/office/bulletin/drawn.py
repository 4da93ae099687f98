"""The pictures of a bulletin: how far each unit is with its target, the standings, and the adoptions by channel over the months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from ledger import points
from ledger.messages import text
from ledger.office.bulletin.periods import in_words, month
from ledger.office.pictures import Group, Reach, against_targets, by_month, standings
from ledger.projections.bulletin import Bulletin


def pictures(bulletin: Bulletin, titled: Callable[[str], str]) -> dict[str, str]:
    """The SVG of each picture that there are figures for, by its name; ``titled`` gives the scheme's word for a measure."""
    drawn = {"standings": _standings(bulletin)}
    if bulletin.goals:
        drawn["progress"] = _progress(bulletin, titled)
    if bulletin.adopted:
        drawn["channels"] = _channels(bulletin)
    return drawn


def _progress(bulletin: Bulletin, titled: Callable[[str], str]) -> str:
    """The first goal, which is the period's own where it has one."""
    goal = bulletin.goals[0]
    said = {"measure": titled(goal.measure), "period": in_words(goal.period.name)}
    lines = ((line.row.unit, line.reached[0]) for line in bulletin.lines)
    rows = [Reach(unit, reached.value, points.rounded(reached.target)) for unit, reached in lines if reached.value is not None]
    legend = (text("bulletin.picture_reached"), text("bulletin.picture_not_yet"), text("bulletin.picture_target"))
    return against_targets(text("bulletin.picture_progress", said), rows, legend)


def _standings(bulletin: Bulletin) -> str:
    groups = [Group(group.name, [(line.row.unit, line.row.score) for line in group.lines]) for group in bulletin.groups]
    return standings(text("bulletin.picture_standings", {"period": in_words(bulletin.period.name)}), groups)


def _channels(bulletin: Bulletin) -> str:
    months, counts = monthly(bulletin)
    said = {"period": in_words(bulletin.period.name)}
    return by_month(text("bulletin.picture_channels", said), [month(year, number) for year, number in months], counts)


def monthly(bulletin: Bulletin) -> tuple[list[tuple[int, int]], Mapping[str, list[int]]]:
    """The months of the period as far as it has come, each a year and its number; and by channel the adoptions in each."""
    last = min(bulletin.last, bulletin.basis.cut.as_of)
    first_month, last_month = (day.year * 12 + day.month - 1 for day in (bulletin.first, last))
    months = [(number // 12, number % 12 + 1) for number in range(first_month, last_month + 1)]
    found = Counter((each.channel, (each.on.year, each.on.month)) for each in bulletin.adopted)
    return months, {channel: [found[channel, each] for each in months] for channel, _ in bulletin.channels}
