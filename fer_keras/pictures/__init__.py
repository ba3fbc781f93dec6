"""Pictures of what a model learned: curves, confusion, reliability, mistakes."""
