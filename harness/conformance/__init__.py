"""Requirements, profiles and the report of a conformance run."""
