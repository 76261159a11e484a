"""Reaches a cluster, fake or live, by one interface.

Here belong drivers, the commands under test, the clock as a scenario sees it, evidence and reports. What a sentence
does belongs in ``scenarios``, what stands in for a cluster in ``fakes``.
"""
