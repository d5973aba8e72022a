"""Figures as a person writes them."""

from decimal import Decimal

from citeback.rag.tables.result import ResultValue


def formatted(figure: ResultValue, unit: str = "") -> str:
    """Return a figure as a person writes it.

    >>> formatted(Decimal("1234.5"), "km"), formatted(Decimal(3), "$"), formatted(True)
    ('1,234.5 km', '$3', 'yes')
    """
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    if isinstance(figure, str):
        return figure
    if unit == "seconds":
        return _clock(figure)
    said = f"{figure:,f}"
    if not unit:
        return said
    if unit == "%":
        return f"{said}%"
    return f"{unit}{said}" if len(unit) == 1 and not unit.isalpha() else f"{said} {unit}"


def _clock(seconds: Decimal) -> str:
    """Return seconds as a duration: 3:39, 1:02:33."""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    whole, part = divmod(rest, 1)
    small = f"{int(whole):02d}{f'{part:f}'[1:] if part else ''}"
    clock = f"{int(hours)}:{int(minutes):02d}:{small}" if hours else f"{int(minutes)}:{small}"
    return f"-{clock}" if seconds < 0 else clock
