"""What the operator does unasked: it closes sessions whose time has come, and follows the pods of their targets."""
