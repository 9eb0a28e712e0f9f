"""Telling what a model file is from its header, its neighbours and, last, its name."""
