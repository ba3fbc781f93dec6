"""Shipped weights of before `ship` shared kernels: take out of each .keras what float16 holds too.

python results/wheel/share.py [FOLDER]
    does it in the package's weights (or another folder), with their hashes and sizes. Figures stay
    as they were measured: `results/weights/measure.py --data FULL` measures them again.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from fer_keras.files import write_text
from fer_keras.models.shared_kernels import share_kernels
from fer_keras.shipping.ship import card

WEIGHTS = Path(__file__).parents[2] / "fer_keras" / "weights"


def main() -> None:
    """Share all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS
    hashes = json.loads((folder / "hashes.json").read_text(encoding="utf-8"))
    for model in sorted(folder.glob("*.keras")):
        shared = share_kernels(model, model.with_name(f"{model.stem}-float16.tflite"))
        content = model.read_bytes()
        print(f"{model.name}: {len(shared)} kernels shared, {len(content):,} bytes left")
        hashes[model.name] = hashlib.sha256(content).hexdigest()
        listing = folder / f"{model.stem}.json"
        figures = json.loads(listing.read_text(encoding="utf-8"))
        figures["files"][model.name] |= {"bytes": len(content), "sha256": hashes[model.name]}
        write_text(listing, json.dumps(figures, indent=2) + "\n")
        write_text(folder / f"{model.stem}.md", card(figures))
    write_text(folder / "hashes.json", json.dumps(hashes, indent=2) + "\n")


if __name__ == "__main__":
    main()
