"""Where objects are: one revision counter, a history, watches from any revision that is still remembered."""
