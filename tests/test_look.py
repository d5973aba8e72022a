"""Every colour that text is written in can be read on its ground, by light and by dark (WCAG 2, AA)."""

import re
from itertools import product

import pytest

from citeback.page.assets import style

CSS = style()
READABLE = 4.5
GROUNDS = {
    "ink": ("paper", "sheet", "tint"),
    "soft": ("paper", "sheet"),
    "accent": ("paper", "sheet", "tint"),
    "sheet": ("accent",),
    "doubt": ("paper",),
    "alarm": ("paper",),
    "on-marked": ("marked",),
}


def colours(selector: str) -> dict[str, str]:
    block = CSS.partition(f"\n{selector} {{")[2].partition("}")[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("selector", "ink"), list(product((":root", ".dark"), GROUNDS)))
def test_text_can_be_read(selector: str, ink: str) -> None:
    known = colours(selector)
    for ground in GROUNDS[ink]:
        assert contrast(known[ink], known[ground]) >= READABLE, f"{ink} on {ground}"


def test_the_oracle_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_nothing_is_fetched_by_the_style_sheet() -> None:
    assert "url(" not in CSS and "@import" not in CSS
