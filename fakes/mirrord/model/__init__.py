"""The operator's rules as pure functions: state and command in, events out. It knows no server, loop or clock."""
