"""The cluster that is not there: a kube-apiserver and a mirrord operator that run in this process.

Nothing here knows of scenarios or of how a cluster is reached; what is above the waist speaks HTTP to it.
"""
