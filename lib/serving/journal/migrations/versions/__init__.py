"""The migrations, each on the one before it."""
