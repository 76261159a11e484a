"""What a cluster does unasked: one controller a module, each reconciling through an API client."""
