"""Files: where they lie, how they are written so that they last, and what the images in them are."""
