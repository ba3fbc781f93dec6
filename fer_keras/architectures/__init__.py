"""One builder a file: the paper's stages (section 3.1) and our own networks.

Import from the files: `fer_keras.architectures.registry.build` builds by name.
"""
