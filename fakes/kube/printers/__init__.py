"""What built-in kinds show in a table: columns and cells, one API group or idea a module."""
