"""What each sentence of ``features/`` does to a cluster. Knows ``harness`` and nothing below it."""
