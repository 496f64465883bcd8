"""The rules of the house, kept: where imports point, who may use what, where time comes from, how long things get."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = (
    "errors clock durations spelling option sms feed settings log ids resources",
    "wire vocabulary schema tokens invented bodies response",
    "calls specs scenario store providers timeline",
    "callbacks verify",
    "spaces opening posts reports delivery scheduler walker visit admission queries replays flow faults",
    "services",
    "mount control ui",
    "app banner connections housekeeping",
    "background client",
    "cli containers __main__",
)
"""Rooms of the package, lowest first: a room may use its own floor and those below. A new one goes on its floor."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}

FENCES = {
    "aiohttp": "app bodies response mount faults control ui client cli callbacks/dispatch.py",
    "aiohttp_sse": "control",
    "click": "cli",
    "faker": "invented.py",
    "jsonschema": "schema.py",
    "jsonschema_rs": "schema.py",
    "jwt": "tokens.py",
    "multidict": "mount control",
    "orjson": "wire.py log.py store scenario",
    "prometheus_client": "control",
    "ruamel": "scenario/source.py",
    "sqlite3": "store",
    "testcontainers": "containers.py",
    "uvloop": "app",
    "yarl": "callbacks/dispatch.py",
}
"""Third-party libraries and the only rooms, or files, that may import them."""

REAL_TIME = {
    "clock.py": {"time.time_ns"},  # the one place that asks the machine
    "housekeeping.py": {"asyncio.sleep"},  # between two looks at idle spaces
    "mount.py": {"asyncio.sleep"},  # an answer's delay tests the client's time-outs
    "faults.py": {"asyncio.sleep"},  # so do hang and trickle
    "delivery.py": {"asyncio.sleep"},  # between two tries to write, on a full disk
    "scheduler.py": {"asyncio.sleep"},  # so here
    "walker.py": {"asyncio.sleep"},  # an advance's settle is the consumer's time
    "control/lists.py": {"asyncio.sleep"},  # a call that waits leaves time for everybody else
    "cli/healthcheck.py": {"time.sleep"},  # between two tries
}
"""Who may ask for the machine's time or wait for it, and why."""
CLOCKS = {
    *("time.time", "time.time_ns", "time.sleep", "asyncio.sleep"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = {"sandbox": 300, "tests": 500}
"""Of code: blank lines, comments and docstrings are free."""
MEASURING = {"bench", "torture", "screenshots.py"}
"""Parts of tests/ that are programs, no tests: they may wait."""

FORBIDDEN = (
    "(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",  # what is left to do is an issue
    r"\b(pypi|pythonhosted|npmjs|debian|docker)\.(" + "org|com|io)",  # a mirror would have to edit them
    r"(?<![\w.~-])/(work|root|home|opt|Users)" + "/[a-z]",  # paths of somebody's machine
)


def inside(file: Path) -> str:
    return file.relative_to(ROOT / "sandbox").as_posix()


PACKAGE = sorted((ROOT / "sandbox").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in PACKAGE}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Dotted names of what is imported: ``a.b.c`` for ``from a.b import c`` too."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(nodes: Iterable[ast.AST]) -> set[str]:
    """The modules of this package that are imported, but for the package itself."""
    names = set(imports(nodes))
    return (names | {name.rpartition(".")[0] for name in names}) & MODULES.keys() - {"sandbox"}


def room(module: str) -> str:
    return module.split(".")[1]


def calls(file: Path) -> Iterator[tuple[str, int]]:
    """Every call of a dotted name, by its last two parts, with its line; ``asyncio.sleep(0)`` waits for no time."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and ast.unparse(node) != "asyncio.sleep(0)":
            yield ".".join(ast.unparse(node.func).split(".")[-2:]), node.lineno


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in MODULES if module != "sandbox"} - FLOOR.keys() == set()


def test_imports_point_down() -> None:
    assert [
        f"{module} imports {name}"
        for module, file in MODULES.items()
        for name in ours(ast.walk(tree(file)))
        if FLOOR[room(name)] > FLOOR[room(module)]
    ] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: ours(tree(file).body) - {module} for module, file in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names them


def test_libraries_stay_behind_their_fences() -> None:
    offences = []
    for file in PACKAGE:
        libraries = {name.split(".")[0] for name in imports(ast.walk(tree(file)))}
        for library in libraries & FENCES.keys() | libraries - sys.stdlib_module_names - {"sandbox"}:
            allowed = FENCES.get(library, "").split()
            if inside(file) not in allowed and inside(file).split("/")[0].removesuffix(".py") not in allowed:
                offences.append(f"{inside(file)} imports {library}")
    assert offences == []


def test_providers_are_pure() -> None:
    used = {
        room(name) for module, file in MODULES.items() if ".providers" in module for name in ours(ast.walk(tree(file)))
    }
    assert used & {"store", "scenario", "feed", "settings"} == set()


def test_time_comes_from_the_clock() -> None:
    used = {inside(file): {name for name, _ in calls(file)} & CLOCKS for file in PACKAGE}
    assert {file: names for file, names in used.items() if names} == REAL_TIME


def test_no_test_sleeps() -> None:
    assert [
        f"{file.relative_to(ROOT)}:{line}"
        for file in TESTS
        if not MEASURING & set(file.relative_to(ROOT).parts)
        for name, line in calls(file)
        if name.split(".")[-1] in {"sleep", "wait_for_timeout"}
    ] == []


def test_functions_stay_short() -> None:
    functions = (
        (file, node)
        for file in PACKAGE + TESTS
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file, node in functions
        if node.end_lineno and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ] == []


def lines_of_code(file: Path) -> int:
    texts = (n for n in ast.walk(tree(file)) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    prose = {number for text in texts for number in range(text.lineno, (text.end_lineno or 0) + 1)}
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    return sum(number not in prose and not re.match(r"\s*(#|$)", line) for number, line in lines)


def test_files_stay_short() -> None:
    assert [
        str(file.relative_to(ROOT))
        for file in PACKAGE + TESTS
        if lines_of_code(file) > MOST_LINES_OF_A_FILE[file.relative_to(ROOT).parts[0]]
    ] == []


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_tracked_file_holds(pattern: str) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    assert [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in filter(None, listed.stdout.split("\0"))
        if (ROOT / name).is_file() and b"\0" not in (content := (ROOT / name).read_bytes())
        for number, line in enumerate(content.decode().splitlines(), 1)
        if re.search(pattern, line)
    ] == []
