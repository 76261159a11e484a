"""The kube-apiserver: built-in groups, custom resources, the aggregator and the controllers beside it."""
