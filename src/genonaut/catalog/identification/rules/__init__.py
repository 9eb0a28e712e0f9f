"""Identification rules, one module per family of networks or files."""
