"""Numbers of list items as they are drawn: digits, letters, Roman numbers."""

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_LOW = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def written_number(number: int, style: str) -> str:
    """Format a number in a Word number style; unknown styles as digits."""
    if style in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * min(5, (number - 1) // 26 + 1)
        return letters.upper() if style == "upperLetter" else letters
    if style in ("lowerRoman", "upperRoman") and number < 4000:
        letters, left = "", number
        for value, mark in (*_ROMAN, *_ROMAN_LOW):
            letters, left = letters + mark * (left // value), left % value
        return letters.upper() if style == "upperRoman" else letters
    return f"{number:02d}" if style == "decimalZero" else str(number)
