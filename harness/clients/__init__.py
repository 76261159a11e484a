"""How the commands under test are run: our own implementation, the mirrord binary, kubectl."""
