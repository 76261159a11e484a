"""One module for each way to have a cluster. Only these and ``harness.cli`` may open the door to ``fakes``."""
