"""青山区 2020, 四: what each thing adds or takes."""

from __future__ import annotations

import pytest

from tests.rules.kit import QINGSHAN, Year

A, B, C = "区教育局", "区民政局", "区司法局"
WIDE = ("调研类", "做法类", "综合类")


@pytest.fixture
def year() -> Year:
    return Year(QINGSHAN)


PRICES = [
    *(("上报信息", category, 30) for category in WIDE),
    ("上报信息", "问题类", 20),
    ("上报信息", "动态类", 15),
    *(("普刊", category, 15) for category in (*WIDE, "问题类", "动态类")),
    *(("专刊", category, 100) for category in (*WIDE, "问题类", "动态类")),
    *(("国务院办公厅", category, 100) for category in (*WIDE, "问题类", "动态类")),
    *(("自治区办公厅", category, 40) for category in (*WIDE, "问题类", "动态类")),
    *(("市政府办公室", category, 30) for category in (*WIDE, "问题类")),
    ("市政府办公室", "动态类", 15),
]


@pytest.mark.parametrize(("channel", "category", "price"), PRICES)
def test_q_四一_四二1_采用每篇加分(year: Year, channel: str, category: str, price: int) -> None:
    year.printed(A, channel, "05-06", category=category)
    view = year.view("05-06")
    assert (view.score(A), view.score(B)) == (price, 0)
    assert view.postings(A) == [("2020-05-06", price)]
    below = "score/journals" if channel in ("上报信息", "普刊", "专刊") else "score/upper"
    assert view.balance(A, below) == price


def test_q_四一3_同一篇信息被多个刊物采用_累计加分_上级采用在内(year: Year) -> None:
    item = year.printed(A, "上报信息", "05-06", category="调研类")
    for channel in ("普刊", "专刊", "国务院办公厅", "自治区办公厅", "市政府办公室"):
        year.adopted(item, channel, "05-07")
    view = year.view("05-07")
    assert view.score(A) == 30 + 15 + 100 + 100 + 40 + 30
    assert view.measure(A, "adoptions") == 6
    assert view.measure(A, "submissions") == 1


def test_q_四一_同一刊物不同期也累计(year: Year) -> None:
    item = year.printed(A, "普刊", "05-06", category="动态类")
    year.adopted(item, "普刊", "06-06", issue="12")
    assert year.view("06-06").postings(A) == [("2020-05-06", 15), ("2020-06-06", 15)]


@pytest.mark.parametrize(("channel", "price"), [("普刊", 15), ("专刊", 100), ("国务院办公厅", 100), ("自治区办公厅", 40)])
def test_q_没有类别的信息_不分类的刊物照样加分(year: Year, channel: str, price: int) -> None:
    year.printed(A, channel, "05-06")
    view = year.view("05-06")
    assert (view.score(A), view.unpriced()) == (price, [])


@pytest.mark.parametrize("channel", ["上报信息", "市政府办公室"])
def test_q_没有类别的信息_分类计价的采用列为未计分_采用次数照计(year: Year, channel: str) -> None:
    year.printed(A, channel, "05-06")
    view = year.view("05-06")
    assert (view.score(A), view.unpriced()) == (0, [len(year.facts)])
    assert (view.measure(A, "adoptions"), view.measure(A, "comprehensive_adoptions")) == (1, 0)


def test_q_联合信息每个单位都得全分(year: Year) -> None:
    item = year.printed([A, B, C], "上报信息", "05-06", category="问题类", lead=A)
    year.endorsed(item, "区领导", "05-07")
    view = year.view("05-07")
    assert [view.score(unit) for unit in (A, B, C)] == [60, 60, 60]
    assert [view.measure(unit, "submissions") for unit in (A, B, C)] == [1, 1, 1]


def test_q_采用属于业务日期所在的年(year: Year) -> None:
    item = year.printed(A, "普刊", "2020-12-31", category="动态类")
    year.adopted(item, "专刊", "2021-01-01")
    assert year.view("2021-01-01", 2020).postings(A, "special") == []
    assert year.view("2021-01-01", 2021).score(A) == 100
    assert year.view("2021-01-01", 2021).measure(A, "submissions") == 0


# endorsements


@pytest.mark.parametrize(("level", "bonus"), [("自治区领导", 100), ("市领导", 50), ("区领导", 40)])
def test_q_四二2_领导批示每篇加分_每级一次(year: Year, level: str, bonus: int) -> None:
    year.submitted("信息", A)
    for day in ("05-06", "05-06", "07-01"):
        year.endorsed("信息", level, day)
    assert year.view("12-30").postings(A, "endorsement") == [("2020-05-06", bonus)]


def test_q_四二2_各级相加(year: Year) -> None:
    year.submitted("信息", A)
    for level in ("区领导", "市领导", "自治区领导"):
        year.endorsed("信息", level, "05-06")
    assert year.view("05-06").balance(A, "score/endorsements") == 190


def test_q_四二2_每级一次是信息的一生一次(year: Year) -> None:
    year.submitted("信息", A)
    year.endorsed("信息", "区领导", "2020-12-31")
    year.endorsed("信息", "区领导", "2021-01-01")
    year.endorsed("信息", "市领导", "2021-01-01")
    assert year.view("2021-06-30", 2020).balance(A, "score/endorsements") == 40
    assert year.view("2021-06-30", 2021).balance(A, "score/endorsements") == 50


# solicitations, training, gatekeeping


def test_q_四二3_按期完成约稿任务每篇加10分(year: Year) -> None:
    for name in ("一", "二"):
        year.asked(name, [A, B])
        year.fulfilled(name, A, "05-06")
    view = year.view("05-06")
    assert view.postings(A, "solicitation_fulfilled") == [("2020-05-06", 10), ("2020-05-06", 10)]
    assert (view.score(A), view.score(B)) == (20, 0)


def test_q_四三2_每完成一次信息员调训任务加100分(year: Year) -> None:
    for day in ("05-06", "05-06", "07-01"):
        year.add("training_completed", day, unit=A)
    assert year.view("07-01").balance(A, "score/training") == 300


def test_q_四三4_信息把关不严造成不良影响_每次减50分(year: Year) -> None:
    for _ in range(2):
        year.found(A, "信息把关不严，造成不良影响", "05-06")
    view = year.view("05-06")
    assert (view.balance(A, "score/gatekeeping"), view.score(A)) == (-100, -100)


def test_q_反馈没有计分条款_列为未计分(year: Year) -> None:
    feedback = year.feedback(A, "none", "05-06")
    view = year.view("05-06")
    assert (view.score(A), view.unpriced()) == (0, [feedback])


# missed solicitations


TIERS = [(0, 0, 0, set()), (1, -30, -30, set()), (2, -80, -110, {"circular_criticism"}), (3, -80, -110, {"circular_criticism"})]


@pytest.mark.parametrize(("topics", "totals", "cumulative", "flags"), TIERS)
def test_q_四三3_一次减30分_两次减80分_读法(year: Year, topics: int, totals: int, cumulative: int, flags: set[str]) -> None:
    year.misses(A, topics, "05-06", "late")
    by_totals, added = year.view("05-06"), year.view("05-06", missed_tiers="cumulative")
    assert (by_totals.score(A), added.score(A)) == (totals, cumulative)
    assert by_totals.measure(A, "missed_topics") == topics
    assert by_totals.flags(A) == flags | ({"ruling_needed"} if topics > 2 else set())
    assert added.flags(A) == flags


def test_q_四三3_第二个题材那天补到80分(year: Year) -> None:
    year.misses(A, 1, "05-06")
    year.misses(A, 1, "07-06")
    assert year.view("12-30").postings(A, "solicitation_missed") == [("2020-05-06", -30), ("2020-07-06", -50)]
    assert year.view("12-30", missed_tiers="cumulative").postings(A, "solicitation_missed") == [("2020-05-06", -30), ("2020-07-06", -80)]


@pytest.mark.parametrize("how", ["late", "none"])
def test_q_四三3_同一题材两次只算一次(year: Year, how: str) -> None:
    for name, day in (("一", "05-06"), ("二", "07-06")):
        year.asked(name, [A], topic="防汛")
        year.missed(name, A, day, how)
    view = year.view("12-30")
    assert (view.score(A), view.measure(A, "missed_topics")) == (-30, 1)
    assert view.flags(A) == set()


def test_q_四三3_有故的也算题材(year: Year) -> None:
    year.misses(A, 2, "05-06", excused=True)
    assert year.view("05-06").score(A) == -80


def test_q_四三3_题材按年重新计(year: Year) -> None:
    for name, day in (("一", "2020-12-30"), ("二", "2021-01-04")):
        year.asked(name, [A], topic="防汛")
        year.missed(name, A, day)
    assert year.view("2021-06-30", 2020).measure(A, "missed_topics") == 1
    assert year.view("2021-06-30", 2021).balance(A, "score/solicitations") == -30


@pytest.mark.parametrize("how", ["substandard", "plagiarised", "similar", "duplicate"])
def test_q_质量不合格的约稿不算题材_列为未计分(year: Year, how: str) -> None:
    year.asked("约稿", [A])
    year.fulfilled("约稿", A, "05-05")
    missed = year.missed("约稿", A, "05-06", how)
    view = year.view("05-06")
    assert (view.score(A), view.measure(A, "missed_topics"), view.unpriced()) == (10, 0, [missed])


def test_q_没有最低分(year: Year) -> None:
    year.misses(A, 2, "05-06")
    year.found(A, "gatekeeping_lapse", "05-06")
    assert year.view("05-06").score(A) == -130
