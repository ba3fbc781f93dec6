"""Changes of the export that were picked by hand, each tried within a second: which pass unseen?

python results/mutation/by_hand.py

Functions whose tests compute with numpy alone are changed in memory, and the tests called.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).parents[2] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "export")]

import test_parity  # noqa: E402
import test_ranges  # noqa: E402
import test_weight_rounding  # noqa: E402

from fer_keras.export import exporting, ranges, weight_rounding  # noqa: E402

PARITY = (
    ("exported.argmax(1), reference.argmax(1)", "reference.argmax(1), exported.argmax(1)"),
    ("named == true, named_before == true", "named_before == true, named == true"),
    ("nanargmax", "nanargmin"),
    ("correct_before.sum()) - int(correct.sum())", "correct.sum()) - int(correct_before.sum())"),
    ("interval(correct_before, correct)", "interval(correct, correct_before)"),
    ("mcnemar(correct_before, correct)", "mcnemar(correct, correct)"),
    ("agreement(reference, exported)", "agreement(reference, reference)"),
    ("float(drops[worst])", "float(-drops[worst])"),
    (".max()),", ".min()),"),
    ("np.abs(reference - exported)", "np.abs(reference + exported)"),
    ("high <= max_drop", "high < max_drop"),
    ("high <= max_drop", "low <= max_drop"),
    ("max_drop is None or", "max_drop is not None and"),
    ("100 * end", "10 * end"),
    ("100 * parity.drop", "parity.drop"),
    ("len(true),", "len(true) + 1,"),
    ("float(correct.mean())", "float(correct_before.mean())"),
)
RANGES = (
    ("0, 0.5, 51", "0, 0.5, 3"),
    ("0.5, 1, 51", "0.5, 1, 3"),
    ("cost <= CLIPPING_COST", "cost < 0"),
    ("cost <= CLIPPING_COST", "cost >= CLIPPING_COST"),
    ("min(narrowest", "max(narrowest"),
    ("(high - low, low, high)", "(low - high, low, high)"),
    ("logits.max(axis=1)", "logits.min(axis=1)"),
    (".mean()", ".max()"),
    ("min(float(low), 0.0)", "float(low)"),
    ("max(float(high), 0.0)", "float(high)"),
    ("[*logits.flat, 0.0]", "[*logits.flat]"),
)
ROUNDING = (
    ("-variances", "variances"),
    ("DAMPING *", "0 *"),
    ("1e-12", "1.0"),
    ("-STEPS, STEPS", "-STEPS - 1, STEPS + 1"),
    ("/ inverse[place, place]", "* inverse[place, place]"),
    ("-= lost", "+= lost"),
    ("left.shape[1]", "left.shape[1] - 1"),
    ("back[:, order] = left", "back = left"),
    ("covariance[np.ix_(order, order)]", "covariance"),
)


def main() -> None:
    """Try all and print the counts."""
    tried(exporting, ("measure_parity", "rejection"), PARITY, test_parity, "")
    tried(ranges, ("logit_range", "_around_zero"), RANGES, test_ranges, "clipped range")
    words = "rounded_together rounded_first few_faces itself"
    tried(weight_rounding, ("round_together",), ROUNDING, test_weight_rounding, words)


def tried(
    module: ModuleType,
    functions: Sequence[str],
    changes: Sequence[tuple[str, str]],
    tests: ModuleType,
    words: str,
) -> None:
    """Change functions of a module; run those of the tests that one of some words is in."""
    source = "\n\n".join(inspect.getsource(getattr(module, name)) for name in functions)
    run = chosen(tests, words.split())
    assert all(passes(test) for test in run), "the tests fail without a change"
    unseen = []
    for old, new in changes:
        assert old in source, old
        changed = dict(vars(module))
        code = f"from __future__ import annotations\n{source.replace(old, new, 1)}"
        exec(compile(code, module.__name__, "exec"), changed)
        for name in functions:
            if hasattr(tests, name):
                setattr(tests, name, changed[name])
        if all(passes(test) for test in run):
            unseen.append(f"{old} -> {new}")
    print(
        module.__name__, f"{len(changes) - len(unseen)} of {len(changes)} seen", *unseen, sep="\n"
    )


def chosen(tests: ModuleType, words: Sequence[str]) -> list[Callable[[], None]]:
    """The tests that take nothing but what hypothesis gives them."""
    return [
        test
        for name, test in vars(tests).items()
        if name.startswith("test_")
        and (not words or any(word in name for word in words))
        and (hasattr(test, "hypothesis") or not inspect.signature(test).parameters)
    ]


def passes(test: Callable[[], None]) -> bool:
    """Whether a test is content."""
    try:
        test()
    except Exception:  # of whatever was broken
        return False
    return True


if __name__ == "__main__":
    main()
