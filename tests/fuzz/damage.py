"""Ways in which a file is damaged: random, but the same for a seed."""

from __future__ import annotations

import random

WORDS = (
    *(b"\0", b"\xff", b"-1", b"1e999", b"nan", b"\xc2\xb2", b"99999999999999999999", b'"', b","),
    *(b"\n", b"[" * 2000, b"{}", b"null", b"Training", b"emotion", b"\x7f\xff\xff\xff"),
)


def damage(content: bytes, chance: random.Random) -> bytes:
    """One to four damages: bits, a cut, a hole, a doubled part, a word that readers stumble on."""
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(content) + 1)
        # Headers stand at the start, lists of archives at the end.
        near = min(len(content), chance.choice((64, 512, len(content))))
        place = chance.choice((place, chance.randint(0, near), len(content) - near // 2))
        kind = chance.randrange(6)
        if kind == 0:
            content = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
        elif kind == 1:
            content = content[:place]
        elif kind == 2:
            content = content[:place] + content[place + chance.randrange(1, 200) :]
        elif kind == 3:
            content = content[:place] + content[place : place + 400] + content[place:]
        elif kind == 4:
            content = content[:place] + chance.choice(WORDS) + content[place:]
        else:
            word = chance.choice(WORDS)
            content = content[:place] + word + content[place + len(word) :]
    return content
