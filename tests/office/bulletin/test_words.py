"""What a bulletin says, in each form: sentences that are there only where their figures are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest

from ledger.office.bulletin.pictures import PICTURE_WIDTH, TALLEST, charts
from ledger.office.bulletin.writing import write
from tests.office.bulletin import sample
from tests.office.bulletin.conftest import Pages, Written, tight

Fields = dict[str, Any]


class Seen(HTMLParser):
    """What a page shows, its tables' headings, and what it would load from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.foreign = "", list[str](), list[str]()
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden += tag in ("style", "title", "text")
        self.foreign += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title", "text")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data


def page(file: Path) -> Seen:
    return Seen(file.read_text(encoding="utf-8"))


def narrative(fields: Fields, tmp_path: Path) -> str:
    """The paragraphs of the Word file, outside its tables."""
    file = tmp_path / "a.docx"
    file.unlink(missing_ok=True)
    write(file, fields)
    return "\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)


SECTIONS = {
    "zh": (
        "柳城县人民政府办公室文件",
        "柳政办通报〔2024〕3号",
        "关于2024年第三季度政务信息工作情况的通报",
        "各乡镇人民政府、华侨管理区，全县各有关单位：",
        "一、总体情况",
        "44个单位报送政务信息131条。采用40条（次），涉及31个单位，其中县内刊物10条（次）",
        "与2024年第二季度相比，报送信息增加3条，采用减少2条（次）。",
        "与2023年第三季度相比，报送信息持平，采用增加10条（次）。",
        "二、排名和任务完成情况",
        "一类第一名为大埔镇，考评得分78分；二类并列第一名为县农业农村局、县市场监管局，考评得分80.5分。",
        "已完成全年任务的单位有1个：大埔镇（2024年9月3日）。",
        "三、约稿完成情况",
        "本期下达约稿3件。按时完成5篇。未按要求完成1次。约稿情况见附件3。",
        "冲脉镇（关于秋冬季农业生产情况的约稿，未报送，2024年8月14日）。",
        "四、存在的问题",
        "本期没有报送信息的单位有4个：县供销社、县医保局、县审计局、县征地拆迁和房屋征收补偿中心。",
        "达到通报批评条件的单位有：冲脉镇。",
        "取消评优资格的单位有：冲脉镇。",
        "年度考评得分为0的单位有：六塘镇（全年2次迟报）。",
        "五、往期通报更正情况",
        "2024年第二季度沙埔镇得分由36更正为38（事件@980）。",
        "六、有关事项",
        "请自本通报印发之日起5日内，注明附件所列事件编号，向柳城县人民政府办公室书面提出。",
        "附件1",
        "一类（14个单位）",
        "二类（34个单位）",
        "附件2",
        "糖业&R<D简讯195",
        "附件3",
        "附件4",
        "scoreledger/0d6f1c52-7a52-4c2e-9d0c-2f5a3b8e7c11",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "抄送：县委各部门，各人民团体。",
        "2024年10月8日印发",
    ),
    "en": (
        "44 units sent in 131 items. Items of 31 units were adopted, 40 times in all (County journal 10,",
        "Compared with the second quarter of 2024: sent in, 3 more; adopted, 2 fewer.",
        "Compared with the third quarter of 2023: sent in, as many; adopted, 10 more.",
        "大埔镇 is first in 一类 with 78 points; 县农业农村局 and 县市场监管局 share the first place in 二类 with 80.5 points.",
        "1 unit reached the target of the year:",
        "3 solicitations were issued. 5 answers came on time. 1 was missed. See annex 3.",
        "4 units sent in nothing in this period: 县供销社, 县医保局, 县审计局 and 县征地拆迁和房屋征收补偿中心.",
        "5. Restatements of earlier bulletins",
        "沙埔镇 in the second quarter of 2024 from 36 to 38 points (event @980).",
        "6. How to appeal",
        "within 5 days of this bulletin",
        "一类 (14 units)",
    ),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_says_the_same(written: Written, lang: str) -> None:
    name = f"full.{lang}"
    said = {
        "word": written.opened(name).text,
        "pdf": written.printed(name).text,
        "html": tight(page(written.file(name, ".html")).text),
    }
    for form, text in said.items():
        whole = re.sub(r"—\d+—", "", text)  # a sentence may go over a page, and over its number
        assert [sentence for sentence in SECTIONS[lang] if tight(sentence) not in whole] == [], form


def test_the_page_needs_nothing_beside_it(written: Written) -> None:
    seen = page(written.file("full.zh", ".html"))
    assert seen.foreign == []
    assert seen.tags.count("svg") == 2, "a chart and the checkpoint"
    assert seen.tags.count("thead") == 4
    text = written.file("full.zh", ".html").read_text(encoding="utf-8")
    assert "<title>柳城县人民政府办公室关于2024年第三季度政务信息工作情况的通报</title>" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert text.startswith("<!doctype html>")


def test_the_charts_are_in_the_word_file_too(written: Written) -> None:
    pictures = {name: docx.Document(str(written.file(name, ".docx"))).inline_shapes for name in ("full.zh", "draft.zh")}
    assert [len(found) for found in pictures.values()] == [2, 1]
    assert [round(shape.width.mm) for shape in pictures["full.zh"]] == [150, 30]


def test_a_chart_of_many_units_fits_on_a_page() -> None:
    made = charts({"standings": sample.chart(90), "progress": sample.chart(3), "channels": None}, shown=True)
    assert [(name, each.width < PICTURE_WIDTH) for name, each in made.items()] == [("standings", True), ("progress", False)]
    wide, high = (int.from_bytes(made["standings"].png[at : at + 4]) for at in (16, 20))
    assert made["standings"].width * high / wide <= TALLEST


@pytest.mark.usefixtures("chinese")
def test_nothing_is_said_of_an_empty_period_but_that_it_was_empty(tmp_path: Path) -> None:
    said = narrative(sample.empty(), tmp_path)
    assert "2024年7月1日至2024年9月30日，没有单位报送政务信息。没有信息被采用。" in said
    assert "本期没有下达约稿。\n" in said
    assert "尚无单位完成全年任务。" in said
    assert "五、有关事项\n各单位对所列得分有异议的，请注明附件所列事件编号，" in said
    assert "本期没有采用的信息。" in said
    for word in ("相比", "第一名", "批评", "评优", "更正", "抄送", "批示", "调训", "None", "、。", "：。", "（）"):
        assert word not in said, word


BAD = ("sent_nothing", "adopted_nothing", "misses", "criticised", "ineligible", "vetoed", "unmet", "marks", "ruling_needed")
GOOD: Mapping[str, list[Any]] = {name: [] for name in BAD}


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("changed", "there", "absent"),
    [
        (GOOD, "本期各单位均报送信息并有信息被采用", "达到通报批评条件的单位"),
        ({**GOOD, "unmet": ["大埔镇"]}, "未完成全年任务的单位有1个：大埔镇。", "本期各单位均报送"),
        ({"marks": [{"mark": "集体表彰", "units": ["大埔镇", "凤山镇"]}]}, "集体表彰：大埔镇、凤山镇。", "均报送信息"),
        ({"restatements": []}, "五、有关事项", "更正"),
        ({"restatements": [], "unknown_restatements": ["2024Q1"]}, "变动情况不详：2024Q1。", "由36更正为38"),
        ({"has_targets": False, "ahead": []}, "各单位得分和排名见附件1", "全年任务"),
        ({"leaders": []}, "二、排名和任务完成情况\n已完成", "第一名"),
        ({"ruling_needed": ["大埔镇"]}, "有待裁定的单位有：大埔镇。", "均报送信息"),
        ({"appeal_days": None}, "请注明附件", "之日起"),
    ],
)
def test_a_sentence_is_there_only_where_its_figures_are(changed: Fields, there: str, absent: str, tmp_path: Path) -> None:
    said = narrative(sample.fields(**changed), tmp_path)
    assert there in said
    assert absent not in said


def one(totals: dict[str, str]) -> Fields:
    return {**sample.fields("en")["totals"], "now": {**totals, **dict.fromkeys(totals, "1")}}


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        (lambda: {"totals": one(sample.totals(1, 1))}, "1 unit sent in 1 item. Items of 1 unit were adopted, 1 time in all"),
        (lambda: {"totals": one(sample.totals(1, 1))}, "1 solicitation was issued. 1 answer came on time. 1 was missed."),
        (lambda: {"totals": one(sample.totals(1, 1))}, "Leaders gave 1 endorsement. Units completed 1 training."),
        (lambda: {"sent_nothing": ["甲"]}, "1 unit sent in nothing in this period: 甲."),
        (
            lambda: {"leaders": [{"class": "甲", "first": ["乙", "丙", "丁"], "score": "1"}]},
            "乙, 丙 and 丁 share the first place in 甲 with 1 point.",
        ),
        (lambda: {"appeal_days": 1}, "within 1 day of this bulletin"),
    ],
)
def test_english_counts_ones_and_many(changed: Callable[[], Fields], there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "en")
    assert there in narrative(sample.fields("en", **changed()), tmp_path)


@pytest.mark.parametrize("ending", [".docx", ".html", ".pdf"])
def test_the_same_figures_give_the_same_bytes(written: Written, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    again = tmp_path / f"again{ending}"
    write(again, written.fields["full.zh"])
    assert again.read_bytes() == written.file("full.zh", ending).read_bytes()


def test_the_pdf_says_nothing_of_when_it_was_made(written: Written) -> None:
    assert b"CreationDate" not in written.file("full.zh", ".pdf").read_bytes()
    assert len(Pages(written.file("empty.zh", ".pdf"))) < 11
