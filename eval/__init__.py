"""Answer quality as numbers: cases, metrics, runs, reports.

Nothing is imported here: the terminal's command table reads `command.py` through this door, and `pincite --help` must
answer at once. From code, take `load_set` of `pincite.eval.cases`, `indexed` of `.indexed`, `evaluate` of `.run`,
`summarise` of `.scores` and `document` of `.report`.
"""

__all__: list[str] = []
