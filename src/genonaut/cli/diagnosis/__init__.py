"""What ``genonaut doctor`` looks at."""
