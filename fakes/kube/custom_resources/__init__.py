"""Kinds that users define: what a CustomResourceDefinition says, compiled once and applied to each object, purely.

Belongs here: schemas, pruning, defaulting, validation, rules in CEL, printer columns, names and conditions of definitions.
Does not belong here: serving, storing, watching.
"""
