"""Reading, drawing, checking and feeding labelled faces."""
