"""Mixes the weights of two runs of one model, the second of which went on from the first.

    python training/mix_weights.py FIRST.safetensors SECOND.safetensors --second 0.75 --out MIXED.safetensors

The mean of such weights often does better than either (Wortsman et al., "Model soups", ICML 2022); the share was chosen
among 0.5, 0.75 and 1 on the article kept out of training.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from safetensors.torch import load_file, save_file


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("first", type=Path)
    ask.add_argument("second", type=Path)
    ask.add_argument("--second", dest="share", type=float, default=0.75, help="share of the second, 0 to 1")
    ask.add_argument("--out", type=Path, required=True)
    asked = ask.parse_args()
    first, second = load_file(asked.first), load_file(asked.second)
    mixed = {name: (1 - asked.share) * first[name] + asked.share * second[name] for name in first}
    save_file({name: weight.contiguous() for name, weight in mixed.items()}, asked.out)


if __name__ == "__main__":
    main()
