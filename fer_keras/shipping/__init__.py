"""Turning a trained run into weights that travel in the package, with a model card."""
