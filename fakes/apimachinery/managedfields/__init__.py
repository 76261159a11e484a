"""Who owns which field of an object: ``metadata.managedFields`` of writes, and server-side apply.

Pure functions and one value, ``FieldManager``. Conversion between API versions is not done here: a manager's fields of
another version of the same kind are compared as if they had the shape of the version that is written.
"""
