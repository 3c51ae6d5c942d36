"""`python cli.py` is the command `symbiosis`."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "models")]

from symbiosis.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
