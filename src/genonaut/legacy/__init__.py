"""Import the data of an older edition of Genonaut from its database and its files."""
