"""What differs between built-in kinds: defaults, validation and update rules, one API group a module."""
