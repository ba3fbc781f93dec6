"""Running exported models with LiteRT alone: no TensorFlow, no Keras."""
