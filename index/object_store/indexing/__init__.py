"""Brings an index on an object store up to date, on this machine or on a Ray cluster."""
