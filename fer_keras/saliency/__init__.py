"""Which pixels made a model name what it named."""
