"""How good a model is, with what chance allows; and how it compares with another."""
