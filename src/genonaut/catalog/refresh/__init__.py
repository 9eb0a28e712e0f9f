"""Keep the catalogue current: scheduled scans, reports from backends, hashing."""
