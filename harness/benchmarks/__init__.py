"""How fast the fake cluster is: measurements with an aim each, printed as ratios. Never part of a test."""
