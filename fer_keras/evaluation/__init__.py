"""How good a model is: predictions, metrics, tables and pictures."""
