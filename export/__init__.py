"""From a trained Keras model to TFLite files that phones load."""
