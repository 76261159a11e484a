"""The operator's rules as pure functions: state and command in, events out. It knows no server, loop or clock.

``sessions`` decides, ``evolving`` applies what was decided, ``state`` is what there is between the two, and ``settings`` all
that is configured or assumed. ``connecting`` reads a request to connect, ``views``, ``stored`` and ``answers`` write JSON.
``routing`` says who gets traffic by ``filters``; ``targets``, ``workloads``, ``policies`` and ``license`` say who may have what;
``config`` reads what a user has in ``mirrord.json``.
"""
