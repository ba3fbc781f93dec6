"""LiteRT's two builds for browsers in one archive beside the built page: `npm run build` ends so.

They are nearly the same file twice: xz packs both in 2.1 MB, where a wheel's own deflate, which
knows the last 32 KB alone, takes 5.7. `fer_keras.demo.site_files` unpacks them.
"""

import lzma
import tarfile
from pathlib import Path

DEMO = Path(__file__).parents[1]
LITERT = DEMO / "node_modules" / "@litertjs" / "core" / "wasm"
BUILDS = ("litert_wasm_internal", "litert_wasm_compat_internal")
"""With relaxed SIMD, and without it for browsers that lack it."""
ARCHIVE = DEMO.parent / "fer_keras" / "demo" / "site" / "wasm.tar.xz"


def main() -> None:
    """Write the archive; the same files give the same bytes."""
    files = [LITERT / f"{build}.{kind}" for kind in ("js", "wasm") for build in BUILDS]
    with tarfile.open(ARCHIVE, "w:xz", preset=9 | lzma.PRESET_EXTREME) as archive:
        for file in files:
            facts = tarfile.TarInfo(f"wasm/{file.name}")
            facts.size = file.stat().st_size
            with file.open("rb") as content:
                archive.addfile(facts, content)


if __name__ == "__main__":
    main()
