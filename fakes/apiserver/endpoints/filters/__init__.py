"""One filter a module; ``fakes.apiserver.server`` composes them in the order of a real API server."""
