"""Find model files on disk and detect their changes."""
