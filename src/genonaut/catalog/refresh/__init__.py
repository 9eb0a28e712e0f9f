"""Keep the catalogue current: scheduled scans, server listings, hashing."""
