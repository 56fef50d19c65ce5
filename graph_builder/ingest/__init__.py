"""From fact files to quads: read, check, compile."""
