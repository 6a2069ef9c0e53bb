"""The features of all clients of a folder of raw tables, written to one Parquet file.

The clients are cut into parts, and each part is built on an engine: memory stays bounded, and a
run that failed is resumed. `lib.features.write_features` is the way in.
"""
