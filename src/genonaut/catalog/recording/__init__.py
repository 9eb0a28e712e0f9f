"""Write the results of scans and the reports of backends to the catalogue."""
