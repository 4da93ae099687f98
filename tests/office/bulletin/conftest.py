"""The made-up bulletins of the tests, each written once, and once opened in an office."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.office.bulletin.writing import write
from tests.office.bulletin import sample

FONTS = Path(__file__).parent / "fonts.conf"
LONG = 200

CASES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "full": lambda lang: sample.fields(lang, LONG, pictures={"standings": sample.chart(20)}),
    "draft": lambda lang: sample.fields(lang, 3, draft=True, closed=False),
    "empty": sample.empty,
}


class Word(NamedTuple):
    """A word on a page, by its place in points from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float


class Pages(Sequence[str]):
    """The pages of a PDF as text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._texts = run("pdftotext", "-layout", str(file), "-").split("\f")[:-1]

    def __getitem__(self, number: Any) -> Any:
        return self._texts[number]

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def text(self) -> str:
        """All that is written, without the spaces that setting it in lines makes."""
        return tight("".join(self._texts))

    def words(self, number: int) -> list[Word]:
        """The words of a page, counted from 1."""
        boxes = run("pdftotext", "-bbox", "-f", str(number), "-l", str(number), str(self._file), "-")
        found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax=".*?">(.*?)</word>', boxes)
        return [Word(text, float(left), float(top), float(right)) for left, top, right, text in found]

    @property
    def size(self) -> str:
        """The size of a page."""
        return run("pdfinfo", str(self._file)).split("Page size:")[1].split("\n")[0].strip()


def tight(text: str) -> str:
    """A text without its spaces."""
    return re.sub(r"\s+", "", text)


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def opened(*files: Path) -> list[Pages]:
    """Word files as an office prints them, with a profile of its own and the fonts that there are."""
    home = files[0].parent
    command = [
        "soffice",
        f"-env:UserInstallation=file://{home}/office",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(home / "opened"),
    ]
    environment = {**os.environ, "FONTCONFIG_FILE": str(FONTS), "HOME": str(home)}
    subprocess.run([*command, *map(str, files)], env=environment, capture_output=True, check=True, timeout=180)
    return [Pages(home / "opened" / f"{file.stem}.pdf") for file in files]


class Written:
    """The bulletins, in Chinese and English, in every form."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.fields = {f"{name}.{lang}": make(lang) for name, make in CASES.items() for lang in ("zh", "en")}
        self._opened: dict[str, Pages] = {}

    def file(self, name: str, ending: str) -> Path:
        """The file of a bulletin (``full.zh``) in a form (``.docx``)."""
        file = self.home / f"{name}{ending}"
        if file.exists():
            return file
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SCORELEDGER_LANG", name.partition(".")[2])
            write(file, self.fields[name])
        return file

    def printed(self, name: str) -> Pages:
        """The pages of the PDF."""
        return Pages(self.file(name, ".pdf"))

    def opened(self, name: str) -> Pages:
        """The pages of the Word file, as an office shows them."""
        if not self._opened:
            names = list(self.fields)
            self._opened = dict(zip(names, opened(*(self.file(each, ".docx") for each in names)), strict=True))
        return self._opened[name]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    assert run("fc-list", ":lang=zh"), "no Chinese font: what is looked at would be empty boxes"
    return Written(tmp_path_factory.mktemp("bulletins"))


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
