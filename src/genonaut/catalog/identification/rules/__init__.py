"""The rules: one module for each family of networks or files."""
