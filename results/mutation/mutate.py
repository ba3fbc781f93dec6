"""Changes the code in small ways and runs the tests that mirror it: which changes pass unseen?

python results/mutation/mutate.py CHECKOUT [MODULE ...]

CHECKOUT is a clone with a `.venv`; its files are changed and put back while this runs. This script
needs `pip install cosmic-ray`, which may live in an environment of its own. It writes mutation.csv:
module by module, how many changes were tried and seen, and those that were not.
"""

from __future__ import annotations

import csv
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

TABLE = Path(__file__).with_name("mutation.csv")
SEED = 0
QUICK, SLOW = 12, 5
"""Changes tried in a module: many where its tests need no TensorFlow, few where they do."""

MODULES = {
    "fer_keras/training/targets.py": ("tests/training/test_targets.py", QUICK),
    "fer_keras/training/recipes.py": ("tests/training/test_choose_recipe.py", QUICK),
    "fer_keras/training/recipe.py": ("tests/training/test_recipe.py", SLOW),
    "fer_keras/training/optimizer.py": (
        "tests/training/test_optimizer.py tests/training/test_muon.py",
        SLOW,
    ),
    "fer_keras/training/precise_batch_norm.py": (
        "tests/training/test_precise_batch_norm.py",
        SLOW,
    ),
    "fer_keras/training/weight_average.py": ("tests/training/test_weight_average.py", SLOW),
    "fer_keras/runs/judge.py": ("tests/runs/test_judge.py", SLOW),
    "fer_keras/evaluation/scores.py": ("tests/evaluation/test_scores.py", QUICK),
    "fer_keras/evaluation/human_uncertainty.py": (
        "tests/evaluation/test_human_uncertainty.py",
        QUICK,
    ),
    "fer_keras/evaluation/judging.py": ("tests/evaluation/test_judging.py", SLOW),
    "fer_keras/runs/run_folder.py": ("tests/runs/test_run_folder.py", QUICK),
    "fer_keras/runs/time_budget.py": ("tests/runs/test_time_budget.py", SLOW),
    "export/calibration.py": ("tests/export/test_calibration.py", QUICK),
    "export/flatbuffer.py": ("tests/export/test_flatbuffer.py", SLOW),
    "export/tensor_names.py": ("tests/export/test_tensor_names.py", SLOW),
    "export/metadata.py": ("tests/export/test_metadata.py", SLOW),
    "export/weight_rounding.py": (
        "tests/export/test_weight_rounding.py tests/export/test_bias_correction.py",
        SLOW,
    ),
    "export/ranges.py": ("tests/export/test_ranges.py", SLOW),
    "export/forms.py": ("tests/export/test_int8_check.py tests/export/test_each_face.py", SLOW),
    "export/exporting.py": ("tests/export/test_parity.py tests/export/test_exporting.py", SLOW),
    "export/onnx_int8.py": ("tests/export/test_onnx_int8.py", SLOW),
}
"""A module, the tests that mirror it, and how many changes of it are tried."""

CONFIG = """
[cosmic-ray]
module-path = "{module}"
timeout = 900.0
excluded-modules = []
test-command = "{ask} {tests}"

[cosmic-ray.distributor]
name = "local"
"""

UNRUN = re.compile(r"BitOr_|RemoveDecorator")
"""`float | None` in an annotation is not run, nor does a test miss `@dataclass(frozen=True)`."""


def main() -> None:
    """Try the changes and write the tables."""
    checkout = Path(sys.argv[1])
    rows = {row["module"]: row for row in csv.DictReader(TABLE.open(encoding="utf-8"))}
    with warm(checkout) as ask:
        for module in sys.argv[2:] or MODULES:
            tried, seen, unseen = mutate(checkout, ask, module, *MODULES[module])
            print(module, f"{seen} of {tried} seen", flush=True)
            rows[module] = {"module": module, "tried": tried, "seen": seen, "unseen": unseen}
            with TABLE.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, ("module", "tried", "seen", "unseen"))
                writer.writeheader()
                writer.writerows(rows[name] for name in MODULES if name in rows)


@contextmanager
def warm(checkout: Path) -> Iterator[str]:
    """A process that has imported what takes long; yields the command that has it run tests."""
    program = Path(__file__).with_name("warm.py").resolve()
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "socket"
        serving = subprocess.Popen([".venv/bin/python", program, socket], cwd=checkout)
        try:
            while not socket.exists():
                if serving.poll() is not None:
                    raise SystemExit("no process to run the tests")
                time.sleep(0.5)
            yield f"{sys.executable} {program} {socket}"
        finally:
            serving.terminate()


def mutate(checkout: Path, ask: str, module: str, tests: str, most: int) -> tuple[int, int, str]:
    """Try changes of one module: how many, how many were seen, and the others as diffs."""
    with tempfile.TemporaryDirectory() as folder:
        config, session = Path(folder) / "config.toml", Path(folder) / "session.sqlite"
        config.write_text(CONFIG.format(module=module, ask=ask, tests=tests), encoding="utf-8")
        for command in (["init"], ["exec"]):
            program = Path(sys.executable).parent / "cosmic-ray"
            subprocess.run([program, *command, config, session], cwd=checkout, check=True)
            if command == ["init"]:
                with use_db(str(session), WorkDB.Mode.open) as database:
                    choose(database, most)
        with use_db(str(session), WorkDB.Mode.open) as database:
            results = [
                result
                for _, result in database.results
                if result.worker_outcome is not WorkerOutcome.SKIPPED
            ]
    unseen = [r.diff for r in results if r.test_outcome is TestOutcome.SURVIVED]
    return len(results), len(results) - len(unseen), "\n\n".join(map(changed_lines, unseen))


def choose(database: WorkDB, most: int) -> None:
    """Leave one change of each kind at each place, and `most` of these."""
    kinds: dict[tuple[object, str], list[WorkItem]] = {}
    items = sorted(database.pending_work_items, key=lambda item: str(item.mutations))
    for item in items:
        (change,) = item.mutations
        if not UNRUN.search(change.operator_name):
            kind = re.split(r"_[A-Z]", change.operator_name)[0]
            kinds.setdefault((change.start_pos, kind), []).append(item)
    generator = random.Random(SEED)
    one_each = [generator.choice(alike) for alike in kinds.values()]
    chosen = {item.job_id for item in generator.sample(one_each, min(most, len(one_each)))}
    for item in items:
        if item.job_id not in chosen:
            database.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED))


def changed_lines(diff: str) -> str:
    """The lines of a unified diff that say what was changed."""
    return "\n".join(re.findall(r"^[-+](?![-+]{2} ).*", diff, re.MULTILINE))


if __name__ == "__main__":
    main()
