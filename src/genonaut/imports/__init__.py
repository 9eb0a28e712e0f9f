"""Import image files and archives of them into the gallery."""
