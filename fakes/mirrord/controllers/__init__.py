"""What the operator does unasked: closing sessions whose time is up."""
