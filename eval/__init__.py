"""Answer quality as numbers: cases, metrics, runs, reports."""
