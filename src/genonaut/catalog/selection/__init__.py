"""Choose the model files of a job: companions, recipes, resolution of names."""
