"""The park is read as it stands; a name means one thing, and no check reads a meaning into it."""

from consistent_park import PARK, each, read, told


def test_the_park_at_its_limits_is_consistent():
    """Least = most, 100 % of the allowed share, equal prices, a full link: nothing is wrong.

    Were any comparison strict where it must not be, the park could not be read.
    """
    assert read(PARK).name == "park"


CASES = [
    # --- names
    (
        "an alias that is another's id",
        [("resources", 4, {"aliases": "rock;Slag"})],
        "resources.csv, row 4, column aliases: 'Slag': also means the resource 'slag' of row 3; "
        "a name or alias may stand at one resource only",
    ),
    (
        "an alias that is a later resource's id",  # the row order must not matter
        [("resources", 2, {"aliases": "stone"})],
        "resources.csv, row 2, column aliases: 'stone': also means the resource 'stone' of "
        "row 4; a name or alias may stand at one resource only",
    ),
    (
        "two names alike but for full-width letters",
        [("resources", 2, {"name_en": "Iron A"}), ("resources", 3, {"name_zh": "ｉｒｏｎ Ａ"})],
        "resources.csv, row 3, column name_zh: 'ｉｒｏｎ Ａ': also means the resource 'metal' of "
        "row 2; a name or alias may stand at one resource only",
    ),
]  # fmt: skip


@each(CASES)
def test_contradiction(changes, fault):
    assert told(*changes) == [fault]


def test_renaming_everything_changes_nothing():
    """The checks read no meaning into names: a park with other ids is as consistent."""
    text = repr(PARK)
    for old in ("smelter", "kiln", "slag", "stone", "boards", "plot", "lime", "press"):
        text = text.replace(f"'{old}'", f"'{old[::-1]} 2'")
    text = text.replace("'burn;press'", "'burn;sserp 2'").replace(
        "'press;smelt'", "'sserp 2;smelt'"
    )
    assert read(eval(text))
