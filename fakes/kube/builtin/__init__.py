"""What a kube-apiserver knows of its built-in types, derived from installed packages when it is first asked for.

Paths and verbs come from the source of ``kubernetes``, structures from the definitions in ``kubernetes_validate``. Nothing
here serves a request or holds an object.
"""
