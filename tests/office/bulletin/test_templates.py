"""A template that an office has edited: used as it is, or refused with what is wrong in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.office.bulletin.template import change, counted, listed
from ledger.office.bulletin.writing import FORMS, write
from scripts import bulletin_template
from tests.office.bulletin import sample
from tests.office.bulletin.conftest import Pages

OURS = bulletin_template.HOME / "bulletin.zh.docx"

pytestmark = pytest.mark.usefixtures("chinese")


def edited(tmp_path: Path, edit: Callable[[Document], Any]) -> Path:
    """Our template with a change made to it, as Word would save it."""
    document = docx.Document(str(OURS))
    edit(document)
    file = tmp_path / "office.docx"
    document.save(str(file))
    return file


def add(text: str) -> Callable[[Document], Any]:
    return lambda document: document.add_paragraph(text)


def replaced(old: str, new: str) -> Callable[[Document], None]:
    """Changes words in every paragraph that has them."""

    def edit(document: Document) -> None:
        found = [run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text]
        assert found, old
        for run in found:
            run.text = run.text.replace(old, new)

    return edit


def refusal(tmp_path: Path, template: Path, **fields: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        write(tmp_path / "a.docx", sample.fields(**fields), template)
    assert not (tmp_path / "a.docx").exists()
    return caught.value


def test_the_wording_of_an_office_is_used_in_every_form(tmp_path: Path) -> None:
    template = edited(tmp_path, replaced("依照考评规定，达到通报批评条件的单位有：", "对下列单位给予通报批评："))
    for ending in (".docx", ".html", ".pdf"):
        write(tmp_path / f"a{ending}", sample.fields(), template)
    words = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert "\n对下列单位给予通报批评：冲脉镇。" in words
    assert "对下列单位给予通报批评：冲脉镇。" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "对下列单位给予通报批评：冲脉镇。" in Pages(tmp_path / "a.pdf").text


def test_a_sentence_in_a_style_of_its_own_is_text(tmp_path: Path) -> None:
    def edit(document: Document) -> None:
        document.styles.add_style("我们的样式", 1)
        document.add_paragraph("{{ period_short }}另有说明", style="我们的样式")

    write(tmp_path / "a.html", sample.fields(), edited(tmp_path, edit))
    assert '<p class="p">第三季度另有说明</p>' in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_what_word_makes_of_a_tag_is_read(tmp_path: Path) -> None:
    def edit(document: Document) -> None:
        paragraph = document.add_paragraph("共{")
        for part in ("{ sent_no", "thing|listed(‘；", "’) }", "}。"):
            paragraph.add_run(part).bold = True

    write(tmp_path / "a.html", sample.fields(), edited(tmp_path, edit))
    assert "共县供销社；县医保局；县审计局；县征地拆迁和房屋征收补偿中心。" in (tmp_path / "a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "name", "nearest"),
    [
        ("{{ agencie }}", "agencie", "agency"),
        ("共{{ totals.now.submited }}条", "totals.now.submited", "totals.now.submitted"),
        ("{{ totals.changes.before.by.adoptd }}", "totals.changes.before.by.adoptd", "totals.changes.before.by.adopted"),
        ("{% for each in ahead %}{{ each.units }}{% endfor %}", "each.units", "each.unit"),
        ("{% for g in groups %}{% for r in g.rows %}{{ r.ranks }}{% endfor %}{% endfor %}", "r.ranks", "r.rank"),
        ("{% for each in misses|sort(attribute='on') %}{{ each['topics'] }}{% endfor %}", "each.topics", "each.topic"),
        ("{{ groups[0].rows[0].scor }}", "….scor", "….score"),
        ("{% set t = totals.now %}{{ t.sumbitted }}", "t.sumbitted", "t.submitted"),
        ("{% if drafted %}草稿{% endif %}", "drafted", "draft"),
        ("{% for unit in sent_nothing %}{{ unit }}{% endfor %}{{ unit }}", "unit", "printer"),
        ("{{ title.period }}", "title.period", "title"),
        ("{{ sent_nothing|join(seperator) }}", "seperator", "vetoed"),
    ],
)
def test_an_unknown_field_is_refused_by_name(tmp_path: Path, written: str, name: str, nearest: str) -> None:
    error = refusal(tmp_path, edited(tmp_path, add(written)))
    (problem,) = error.problems
    assert problem.key == "office.bulletin_unknown_field"
    assert (problem.params["name"], problem.where) == (name, str(tmp_path / "office.docx"))
    assert nearest in str(problem.params["nearest"]) or name in ("unit", "seperator")
    assert str(problem.params["text"]) == written
    assert name in error.problem.line("zh")


def test_every_unknown_field_is_named_at_once_wherever_it_stands(tmp_path: Path) -> None:
    def edit(document: Document) -> None:
        document.add_paragraph("{{ one }} {{ two }}")
        document.tables[0].rows[0].cells[1].paragraphs[0].add_run("{{ three }}")
        document.sections[0].even_page_header.paragraphs[0].add_run("{{ four }}")

    error = refusal(tmp_path, edited(tmp_path, edit))
    assert [problem.params["name"] for problem in error.problems] == ["three", "one", "two", "four"]


@pytest.mark.parametrize(
    "known",
    [
        "{{ title.strip() }}{{ columns.items()|list|length }}",
        "{% for name, heading in columns.items() %}{{ heading }}{% endfor %}",
        "{% for row in groups[0].rows[:3] %}{{ row.goal_1 }}{{ row[columns|list|first] }}{{ loop.index }}{% endfor %}",
        "{% for each in ahead if each.on %}{{ each.unit }}{% else %}{{ period }}{% endfor %}",
        "{% macro said(it) %}{{ it.unit }}{% endmacro %}{{ said(ahead|first) }}",
        "{{ '草稿' if draft else '' }}{{ totals.changes.last_year.trend.adopted }}",
        "{% set ns = namespace(n=0) %}{% for each in ahead %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    ],
)
def test_what_there_is_may_be_named_however_it_is_reached(tmp_path: Path, known: str) -> None:
    write(tmp_path / "a.docx", sample.fields(), edited(tmp_path, add(known)))


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("{% if draft %}草稿", "office.bulletin_broken_tag", "endif"),
        ("{{ title", "office.bulletin_broken_tag", "{{ title"),
        ("{% fro each in ahead %}{% endfor %}", "office.bulletin_broken_tag", "fro"),
        ("{{ title|uper }}", "office.bulletin_broken_tag", "uper"),
        ("{{ columns.nothing }}", "office.bulletin_not_filled", "nothing"),
        ("{{ title + 1 }}", "office.bulletin_not_filled", "str"),
        ("{{ appeal_days // 0 }}", "office.bulletin_not_filled", "zero"),
        ("{{ title.__class__.__mro__ }}", "office.bulletin_not_filled", "__class__"),
        ("{{ range(999999999)|list }}", "office.bulletin_not_filled", "Range"),
        ("{%p if draft %}", "office.bulletin_broken_tag", "endif"),
    ],
)
def test_a_broken_tag_is_named(tmp_path: Path, written: str, key: str, said: str) -> None:
    problem = refusal(tmp_path, edited(tmp_path, add(written))).problem
    assert problem.key == key
    assert said in problem.line()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", bulletin_template.made("zh")[:3000]])
def test_what_is_no_word_file_is_refused(tmp_path: Path, content: bytes) -> None:
    template = tmp_path / "office.docx"
    template.write_bytes(content)
    assert refusal(tmp_path, template).problem.key == "office.bulletin_not_word"


def test_a_template_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, tmp_path / "none.docx").problem.key == "office.cannot_read"


@pytest.mark.parametrize(("name", "key"), [("a.doc", "office.bulletin_ending"), ("none/a.pdf", "office.cannot_write")])
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        write(tmp_path / name, sample.fields())
    assert caught.value.problem.key == key


@pytest.mark.parametrize("ending", list(FORMS))
def test_no_file_takes_the_place_of_another(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a{ending}"
    shutil.copy(OURS, file)
    with pytest.raises(InputError) as caught:
        write(file, sample.fields())
    assert caught.value.problem.key == "office.report_exists"
    assert file.read_bytes() == OURS.read_bytes()


@settings(max_examples=25, deadline=None)
@given(
    title=st.text(st.characters(), max_size=30)
    | st.sampled_from(["{{ title }}", "<w:p>&amp;</w:p>", "a\tb\nc", "{% if %}", "]]>", "\ud800"])
)
def test_whatever_stands_in_a_field_is_said_and_nothing_more(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    template = tmp_path_factory.mktemp("any") / "t.docx"
    template.write_bytes(bulletin_template.document("zh", bulletin_template.paragraph("title", "甲{{ title }}乙")))
    file = template.with_name("a.docx")
    write(file, sample.fields(title=title), template)
    (paragraph, *others) = docx.Document(str(file)).paragraphs
    assert not [each for each in others if each.text]
    shown = title.encode(errors="backslashreplace").decode()
    kept = "".join(sign for sign in shown if sign in "\t\n" or (ord(sign) > 31 and sign not in "\ufffe\uffff" and sign != "\r"))
    assert paragraph.text == f"甲{kept}乙"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (listed(["甲", "乙", "丙"], "、"), "甲、乙、丙"),
        (listed(["A", "B", "C"], ", ", " and "), "A, B and C"),
        (listed(["A", "B"], ", ", " and "), "A and B"),
        (listed(["A"], ", ", " and "), "A"),
        (listed([], ", ", " and "), ""),
        (listed("text", "、"), "text"),
        (listed(None, "、"), ""),
        (counted("1", "item"), "1 item"),
        (counted(0, "item"), "0 items"),
        (counted(["A", "B"], "was missed", "were missed"), "2 were missed"),
        (change("+3", "增加N条", "减少N条", "持平"), "增加3条"),
        (change("-2", "增加N条", "减少N条", "持平"), "减少2条"),
        (change("0", "增加N条", "减少N条", "持平"), "持平"),
    ],
)
def test_the_words_that_a_template_may_ask_for(said: str, words: str) -> None:
    assert said == words
