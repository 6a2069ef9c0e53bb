"""What is told of the winner: figures, rivals, groups of clients, reasons, and the model card.

All of it is computed by the scorer that would serve it, on clients that had no say in the choice.
"""
