"""One builder a file: the paper's stages (section 3.1) and our own networks.

`build("final", classes=7, dropout=0.3)` builds by name.
"""

from fer_keras.architectures.registry import ARCHITECTURES, build

__all__ = ["ARCHITECTURES", "build"]
