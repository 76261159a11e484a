"""Running feature files: collecting them, finding steps, telling what failed. No sentence is defined here."""
