"""Writes formulas on one line: those of Word and PowerPoint (OMML), and MathML.

Parts with an operator are put in parentheses where one line would change the meaning: a fraction of a+b
and 2c is (a+b)/(2c).
"""

import re

from lxml import etree

_SIMPLE = re.compile(r"[−+-]?(?:[\d.,]+|\w)[′'%°]*|[^\W\d_]{2,}|\([^()]*\)")
_NARY = "∫"
_UNSEEN = {"annotation", "annotation-xml", "phant", "mphantom", "none", "mprescripts", "ctrlPr"}
_DEEPEST = 60  # parts within parts; deeper ones are written without marks


def linear(formula: etree._Element, depth: int = 0) -> str:
    """Return a formula as one line of text, without white space around it.

    `depth` is how deep this part lies within a formula.
    """
    if depth > _DEEPEST:
        return "".join(formula.itertext()).strip()
    name = _name(formula)
    if name in _UNSEEN or not name or name.endswith("Pr"):
        return ""
    if name in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return _token(formula, name)
    kept = [child for child in formula if _name(child) and not _name(child).endswith("Pr")]
    parts = {_name(child): linear(child, depth + 1) for child in kept} if name in _NAMED else {}
    if name in _NAMED:
        return _of_named_parts(formula, name, parts)
    children = [linear(child, depth + 1) for child in kept]
    return _of_children(formula, name, children)


_NAMED = {"f", "rad", "sSup", "sSub", "sSubSup", "nary", "limLow", "limUpp", "func"}


def _of_named_parts(formula: etree._Element, name: str, parts: dict[str, str]) -> str:
    """Return an OMML formula whose parts have names, such as a fraction's numerator."""
    base, below, above = (parts.get(key, "") for key in ("e", "sub", "sup"))
    if name == "f":
        return _fraction(parts.get("num", ""), parts.get("den", ""))
    if name == "rad":
        return _root(base, parts.get("deg", ""))
    if name == "nary":
        return f"{_property(formula, 'chr', _NARY)}{_index(below, above)} {base}".strip()
    if name == "func":
        return f"{parts.get('fName', '')} {base}".strip()
    if name in ("limLow", "limUpp"):
        limit = parts.get("lim", "")
        return f"{base}{_index(limit, '') if name == 'limLow' else _index('', limit)}"
    return f"{_power_base(base) if above else base}{_index(below, above)}"


def _of_children(formula: etree._Element, name: str, parts: list[str]) -> str:
    """Return a formula whose parts are identified by their order."""
    if name == "d":
        opening, closing = _property(formula, "begChr", "("), _property(formula, "endChr", ")")
        return f"{opening}{_property(formula, 'sepChr', '|').join(parts)}{closing}"
    if name in ("m", "mtable", "eqArr"):
        return "; ".join(filter(None, parts))
    if name in ("mr", "mtr"):
        return ", ".join(parts)
    if name == "mfrac" and len(parts) == 2:
        return _fraction(*parts)
    if name == "msqrt":
        return _root("".join(parts), "")
    if name == "mroot" and len(parts) == 2:
        return _root(*parts)
    if name in ("msup", "mover") and len(parts) == 2:
        return f"{_power_base(parts[0])}{_index('', parts[1])}" if name == "msup" else "".join(parts)
    if name in ("msub", "munder") and len(parts) == 2:
        return f"{parts[0]}{_index(parts[1], '')}"
    if name in ("msubsup", "munderover") and len(parts) == 3:
        return f"{parts[0]}{_index(parts[1], parts[2])}"
    if name == "mfenced":
        opening, closing = formula.get("open") or "(", formula.get("close") or ")"
        return f"{opening}{', '.join(parts)}{closing}"
    return "".join(parts)


def _token(token: etree._Element, name: str) -> str:
    """Return the words of a token; spaces are kept around words only."""
    text = token.text or ""
    return text if name in ("t", "mtext") else text.strip()


def _fraction(over: str, under: str) -> str:
    return f"{_grouped(over)}/{_grouped(under)}" if over and under else over or under


def _root(base: str, degree: str) -> str:
    return f"{degree}√({base})" if base else ""


def _index(below: str, above: str) -> str:
    return (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")


def _power_base(base: str) -> str:
    """Return the base of a power, in parentheses if it contains an operator of lower precedence."""
    return f"({base})" if re.search(r"\w[\s]*[+−/·×=-]", base) and not base.endswith(")") else base


def _grouped(part: str) -> str:
    part = part.strip()
    return part if _SIMPLE.fullmatch(part) else f"({part})"


def _property(formula: etree._Element, key: str, default: str) -> str:
    """Return the value of an OMML property; an empty value means that nothing is shown."""
    for each in formula:
        if _name(each).endswith("Pr"):
            for found in each:
                if _name(found) == key:
                    return next((str(value) for value in found.attrib.values()), "")
    return default


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
