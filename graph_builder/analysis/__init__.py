"""Network analysis: networks, measures, significance tests, reports and export."""
