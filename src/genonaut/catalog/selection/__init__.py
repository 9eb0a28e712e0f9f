"""Choose the model files of a job: resolve names, find companions, apply recipes."""
