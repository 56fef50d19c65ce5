"""Reports of measured and tested networks, as text and as rows."""
