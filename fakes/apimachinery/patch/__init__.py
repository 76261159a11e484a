"""Three of the four kinds of patch: JSON patch, JSON merge patch, strategic merge patch.

Pure functions from an object and the bytes of a patch to a new object. The fourth kind, apply, is in ``managedfields``.
"""
