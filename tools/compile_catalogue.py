"""Compile the catalogue of texts: `python tools/compile_catalogue.py [--missing]`.

Reads symbiosis/locale/zh/LC_MESSAGES/symbiosis.po, writes the .mo beside it. With `--missing` it
lists the texts of the code that the catalogue does not have, ready to be filled in.
"""

import ast
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "symbiosis/locale/zh/LC_MESSAGES/symbiosis.po"


def texts_of_code() -> dict[str, str]:
    """Every text inside `_()` of the code, with the first place it stands at."""
    found: dict[str, str] = {}
    for folder in ("symbiosis", "models"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                    text = ast.literal_eval(node.args[0])
                    found.setdefault(text, f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    return found


def compiled() -> bytes:
    """The .mo file of the catalogue."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def main() -> None:
    """Compile, or list what is missing."""
    if "--missing" in sys.argv:
        with CATALOGUE.open("rb") as file:
            known = {message.id for message in read_po(file, locale="zh") if message.string}
        for text, place in texts_of_code().items():
            if text not in known:
                print(f'#: {place}\nmsgid {ast.unparse(ast.Constant(text))}\nmsgstr ""\n')
        return
    CATALOGUE.with_suffix(".mo").write_bytes(compiled())


if __name__ == "__main__":
    main()
