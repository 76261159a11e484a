"""The nouns that every API shares: pure functions and values, with no server, no loop and no clock of their own."""
