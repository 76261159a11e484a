"""What each sentence of the features does to a cluster. Knows ``harness`` and nothing below it."""
