"""One resource of operator.metalbear.co a module."""
