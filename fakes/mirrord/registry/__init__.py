"""The resources of operator.metalbear.co/v1, one a module: how the state of the model is read and changed through an API."""
