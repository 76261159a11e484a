"""Roles and bindings as API objects: what is valid, what a fresh cluster has, and who may grant what."""
