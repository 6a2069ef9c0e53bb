"""The parts of the manager's page: each follows the state and makes its widgets once."""
