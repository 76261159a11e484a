"""The generic API server, from which both the kube-apiserver and the operator's extension server are built.

What belongs here is true of every API server; what is true of one group of resources lives in ``fakes.kube``
or ``fakes.mirrord``.
"""
