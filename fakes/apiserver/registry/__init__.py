"""The verbs of a resource: a protocol for each ability, a generic store, and a strategy for what differs."""
