"""Storages of built-in resources that are more than the generic one: subresources, reviews, namespaces."""
