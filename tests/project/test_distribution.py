"""What is given away: the wheel, and a tree that names no machine."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

import pytest

import ledger
from tests.project.sources import PACKAGE, ROOT

MADE = {".git", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "build", "dist"}
LOCKS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "package-lock.json"}
REGISTRY = re.compile(
    r"(pypi|pythonhosted|npmjs|anaconda|aliyun|tencent|tsinghua)[a-z.]*\.(org|com|cn|io)|--(extra-)?index-url|--find-links"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from this tree with the tools at hand."""
    out = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.iterdir()
    return zipfile.ZipFile(path)


def package_files() -> set[str]:
    """Every file of the package, code and data."""
    return {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    info = f"scoreledger-{ledger.__version__}.dist-info/"
    held = set(wheel.namelist())
    assert {name for name in held if not name.startswith(info)} == package_files()
    assert "ledger/py.typed" in held
    assert f"{info}licenses/LICENSE" in held


def test_the_wheel_says_who_it_is(wheel: zipfile.ZipFile) -> None:
    info = f"scoreledger-{ledger.__version__}.dist-info"
    metadata = message_from_string(wheel.read(f"{info}/METADATA").decode())
    assert (metadata["Name"], metadata["Version"], metadata["Requires-Python"]) == ("scoreledger", ledger.__version__, ">=3.11")
    assert wheel.read(f"{info}/entry_points.txt").decode().split() == ["[console_scripts]", "scoreledger", "=", "ledger.commands:main"]


def tree() -> Iterator[Path]:
    """Every file of the checkout that was not made by a tool."""
    for path in ROOT.iterdir():
        if path.name not in MADE:
            yield from [path] if path.is_file() else (p for p in path.rglob("*") if p.is_file() and not MADE & set(p.parts))


def test_no_file_names_a_registry_or_locks_addresses() -> None:
    assert [path for path in tree() if path.name in LOCKS] == []
    named = {}
    for path in tree():
        try:
            found = REGISTRY.search(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        if found and path != Path(__file__):
            named[str(path.relative_to(ROOT))] = found[0]
    assert named == {}


def test_the_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {line.partition("==")[0].lower() for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    wanted = {re.split(r"[<>=\[; ]", text)[0].lower() for text in [*project["dependencies"], *project["optional-dependencies"]["test"]]}
    assert wanted <= pinned
