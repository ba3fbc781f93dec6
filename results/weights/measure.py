"""Judge the shipped files again, as they lie in the package, and rewrite figures and cards.

    python results/weights/measure.py [--data DATA] [--ferplus FERPLUS] [--peer PEER] [NAME...]

DATA is FER2013, with PrivateTest or without: its test split is judged where it is there, and was
no part of any choice; without DATA nothing is judged. Recipe, chain and calibration stay as
`fer-keras ship` wrote them. FERPLUS is needed by models of FER+'s labels; with PEER (another
project's .tflite) latency is measured.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from fer_keras.data.ferplus import rows_of_splits
from fer_keras.data.source import open_data
from fer_keras.files import write_text
from fer_keras.shipping.figures import judge, measure_peer
from fer_keras.shipping.ship import card

WEIGHTS = Path(__file__).parents[2] / "fer_keras" / "weights"


def main() -> None:
    """Rewrite `<name>.json` and `<name>.md` of each model."""
    parser = argparse.ArgumentParser(description="Judge the shipped files again.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--data")
    parser.add_argument("--ferplus", type=Path)
    parser.add_argument("--peer", type=Path)
    given = parser.parse_args()
    for name in given.names or sorted(path.stem for path in WEIGHTS.glob("*.keras")):
        figures = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
        print(f"measuring {name}", flush=True)
        if given.data is not None:
            figures.update(_judged(name, figures["label_source"], given.data, given.ferplus))
        if given.peer is not None:
            figures["latency"] = measure_peer(WEIGHTS / f"{name}-int8.tflite", given.peer)
        write_text(WEIGHTS / f"{name}.json", json.dumps(figures, indent=2) + "\n")
        write_text(WEIGHTS / f"{name}.md", card(figures))


def _judged(name: str, label_source: str, data: str, ferplus: Path) -> dict[str, Any]:
    if label_source != "ferplus":
        return judge(WEIGHTS, name, open_data(data))
    shares, majority = (
        open_data(data, labels="ferplus", ferplus=ferplus, ferplus_mode=mode)
        for mode in ("distribution", "majority")
    )
    return judge(WEIGHTS, name, shares, majority, rows_of_splits(ferplus))


if __name__ == "__main__":
    main()
