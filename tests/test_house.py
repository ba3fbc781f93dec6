"""The house's rules: small commands, one way between rooms, a light door."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "fer_keras"
FILES = sorted([*PACKAGE.rglob("*.py"), *(REPOSITORY / "export").glob("*.py")])
CLI = PACKAGE / "cli"


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def room(path: Path) -> str:
    """The top-level folder or file that a module lies in: `fer_keras.runs.loop` lies in `runs`."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return "export" if parts[0] == "export" else parts[1] if len(parts) > 1 else "fer_keras"


def imported(path: Path) -> set[str]:
    """Rooms that a module imports from when it is run; annotations do not count."""
    found = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = []
        for full in names:
            parts = full.split(".")
            if parts[0] == "fer_keras" and len(parts) > 1:
                found.add(parts[1])
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=name)
def test_a_command_parses_and_prints_and_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_function_is_too_long(path: Path) -> None:
    """With what it takes and what it says of itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 80, node.name


@pytest.mark.parametrize("path", [p for p in FILES if CLI not in p.parents], ids=name)
def test_only_the_command_line_knows_of_options(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Another program's options stand alone; ours were named within a sentence.
            sentence = node.value.strip() if " " in node.value.strip() else ""
            assert not re.search(r"(^|[\s`(])--[a-z]", sentence), f"line {node.lineno}"
        assert not {module.split(".")[0] for module in modules} & {"typer", "rich", "click"}


def module(path: Path) -> str:
    """The name by which a file is imported."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    parts = ("fer_keras", *parts) if parts[0] == "export" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, known: Collection[str]) -> set[str]:
    """Files that a file imports, at its top or within a function; annotations do not count."""
    here, found = module(path), set()
    package = here.split(".") if path.name == "__init__.py" else here.split(".")[:-1]

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            full = {f"{base}.{alias.name}" for alias in node.names}
            found.update((full & set(known)) or ({base} & set(known)))
        elif isinstance(node, ast.Import):
            found.update({alias.name for alias in node.names} & set(known))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found - {here}


def check_one_way(arrows: Mapping[str, Collection[str]]) -> None:
    done: set[str] = set()

    def walk(at: str, way: tuple[str, ...]) -> None:
        assert at not in way, " -> ".join((*way[way.index(at) :], at))
        if at in done:
            return
        for to in sorted(arrows.get(at, ())):
            walk(to, (*way, at))
        done.add(at)

    for start in sorted(arrows):
        walk(start, ())


def test_arrows_between_rooms_go_one_way() -> None:
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        if path != PACKAGE / "__init__.py":
            arrows[room(path)] |= imported(path) - {room(path)}
    check_one_way(arrows)


def test_no_files_import_each_other() -> None:
    """Not even within functions, which is how a circle hides from Python."""
    files = [path for path in FILES if path != PACKAGE / "__init__.py"]
    known = {module(path) for path in files}
    check_one_way({module(path): imported_modules(path, known) for path in files})


def test_the_door_is_light() -> None:
    heavy = ("tensorflow", "keras", "numpy", "pandas", "matplotlib", "scipy", "cv2", "PIL")
    code = f"import sys, fer_keras; print(set({heavy!r}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_room_is_installed() -> None:
    listed = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {name(path.parent).replace("/", ".") for path in PACKAGE.rglob("__init__.py")}
    assert set(listed["tool"]["setuptools"]["packages"]) == folders | {"fer_keras.export"}
