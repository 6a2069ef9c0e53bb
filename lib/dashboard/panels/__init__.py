"""The parts of the page, one a file: each follows the state and makes its widgets once."""
