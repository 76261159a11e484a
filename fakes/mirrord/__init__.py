"""The mirrord operator: an aggregated API server over a pure model of sessions."""
