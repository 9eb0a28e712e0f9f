"""Grids: one submission whose jobs differ in the values of up to three parameters."""
