"""What keeps a run from harming a cluster that is not all its own: no context by accident, rights asked for before anything
is touched, one run at a time, a label on all that is made, and nothing changed or deleted that does not carry it."""
