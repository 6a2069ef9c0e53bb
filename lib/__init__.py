"""Credit scoring for Prêt à dépenser: one folder a stage, data flows one way.

decision → tables → features → training → scoring → portfolio → serving → dashboard → launch
"""
