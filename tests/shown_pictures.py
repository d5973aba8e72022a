"""Files for the phrases of the manual about pictures."""

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType

from PIL import Image
from shown_file import Shown


def a_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, "PNG")
    return out.getvalue()


PICTURES: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("pictures", "read", "text, with text recognition"): Shown("a.png", a_picture),
        ("pictures", "listed", "pictures without text recognition"): Shown("b.png", a_picture, "a picture"),
    }
)
"""Files by format, column and phrase of the table."""
