"""Words that name a measure: adjectives, verbs and units, and the heads of the columns that state it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Dimension(StrEnum):
    """What is measured."""

    LENGTH = "length"
    DISTANCE = "distance"
    HEIGHT = "height"
    DEPTH = "depth"
    WIDTH = "width"
    WEIGHT = "weight"
    AGE = "age"
    PRICE = "price"
    MONEY = "amount of money"
    DURATION = "duration"
    SPEED = "speed"
    TEMPERATURE = "temperature"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, and what may be measured in it."""

    name: str
    measured: frozenset[Dimension]


_D = Dimension
HEADS: Mapping[Dimension, str] = {
    _D.LENGTH: "length long loa lwl",
    _D.DISTANCE: "distance length mileage mile km kilometre kilometer",
    _D.HEIGHT: "height elevation altitude elev",
    _D.DEPTH: "depth draught draft",
    _D.WIDTH: "width beam breadth wingspan",
    _D.WEIGHT: "weight mass load displacement tonnage payload",
    _D.AGE: "age",
    _D.PRICE: "price cost fee rent value charge rate tariff fare premium amount total deposit",
    _D.MONEY: "salary wage pay budget revenue income sales expense expenses turnover earnings gross prize "
    "winnings purse worth fund",
    _D.DURATION: "duration time runtime length day hour minute week month year term",
    _D.SPEED: "speed velocity",
    _D.TEMPERATURE: "temperature temp",
    _D.VOLUME: "volume capacity",
}
"""Words that head the columns of a measure."""
_SPACE = frozenset({_D.LENGTH, _D.DISTANCE, _D.HEIGHT, _D.DEPTH, _D.WIDTH})
_MONEY = frozenset({_D.PRICE, _D.MONEY})
_NEAR = frozenset({_D.LENGTH, _D.HEIGHT, _D.DEPTH, _D.WIDTH})
_TIME = frozenset({_D.DURATION, _D.AGE})


def _units(measured: frozenset[Dimension], names: Mapping[str, str]) -> dict[str, tuple[Unit, ...]]:
    return {word: (Unit(name, measured),) for name, words in names.items() for word in (name, *words.split())}


UNITS_SAID: Mapping[str, tuple[Unit, ...]] = {
    **_units(_SPACE, {"m": "metre metres meter meters", "ft": "foot feet", "yd": "yard yards"}),
    **_units(frozenset({_D.LENGTH, _D.DISTANCE}), {"km": "kilometre kilometres kilometer kilometers kms"}),
    **_units(frozenset({_D.LENGTH, _D.DISTANCE}), {"mi": "mile miles", "nm": ""}),
    **_units(_NEAR, {"cm": "centimetre centimetres centimeter centimeters", "mm": "millimetre millimetres"}),
    **_units(_NEAR, {"inch": "inches"}),
    **_units(
        frozenset({_D.WEIGHT}),
        {
            "kg": "kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
            "g": "gram grams gramme grammes",
            "t": "tonne tonnes ton tons",
            "lb": "lbs",
            "oz": "ounce ounces",
        },
    ),
    **_units(
        _MONEY,
        {"£": "gbp sterling", "$": "usd dollar dollars us$", "€": "eur euro euros", "¥": "jpy yen"},
    ),
    **_units(_MONEY, {"chf": "francs franc", "sek": "", "nok": "", "dkk": "", "pence": ""}),
    "pound": (Unit("£", _MONEY), Unit("lb", frozenset({_D.WEIGHT}))),
    "pounds": (Unit("£", _MONEY), Unit("lb", frozenset({_D.WEIGHT}))),
    **_units(_TIME, {"year": "years yrs yr", "month": "months", "week": "weeks", "day": "days"}),
    **_units(
        frozenset({_D.DURATION}),
        {"h": "hour hours hrs", "min": "minute minutes mins", "s": "seconds sec secs"},
    ),
    **_units(frozenset({_D.SPEED}), {"knot": "knots kn kt", "mph": "", "km/h": "kmh kph", "m/s": ""}),
    **_units(frozenset({_D.TEMPERATURE}), {"°c": "celsius", "°f": "fahrenheit", "degree": "degrees"}),
    **_units(frozenset({_D.VOLUME}), {"l": "litre litres liter liters", "ml": "", "gal": "gallon gallons"}),
}
"""Units by the words that say them."""
_LONG = frozenset({_D.LENGTH, _D.DISTANCE, _D.DURATION})
_COMPARED: Mapping[frozenset[Dimension], str] = {
    _LONG: "longer longest",
    _LONG | {_D.HEIGHT}: "shorter shortest",
    frozenset({_D.HEIGHT}): "taller tallest",
    frozenset({_D.DEPTH}): "deeper deepest shallower shallowest",
    frozenset({_D.WIDTH}): "wider widest narrower narrowest broader broadest",
    frozenset({_D.WEIGHT}): "heavier heaviest lighter lightest",
    frozenset({_D.AGE}): "older oldest younger youngest",
    frozenset({_D.PRICE}): "cheaper cheapest dearer dearest pricier priciest costlier costliest expensive",
    frozenset({_D.SPEED, _D.DURATION}): "faster fastest slower slowest quicker quickest",
    frozenset({_D.DISTANCE}): "farther farthest further furthest",
    frozenset({_D.TEMPERATURE}): "hotter hottest warmer warmest colder coldest cooler coolest",
}
ADJECTIVES: Mapping[str, frozenset[Dimension]] = {
    word: measured for measured, words in _COMPARED.items() for word in words.split()
}
"""What comparatives and superlatives compare by; "higher" and "larger" may go with anything."""
AFTER_UNITS: Mapping[str, frozenset[Dimension]] = {
    "long": _LONG,
    "tall": frozenset({_D.HEIGHT}),
    "high": frozenset({_D.HEIGHT}),
    "deep": frozenset({_D.DEPTH}),
    "wide": frozenset({_D.WIDTH}),
    "heavy": frozenset({_D.WEIGHT}),
    "old": frozenset({_D.AGE}),
    "away": frozenset({_D.DISTANCE}),
}
"""What a figure states by the word after its unit: "9 m long"."""
VERBS_BEFORE: Mapping[str, frozenset[Dimension]] = {
    **dict.fromkeys(("weigh", "weighs", "weighed", "weighing"), frozenset({_D.WEIGHT})),
    **dict.fromkeys(("cost", "costs", "costing"), frozenset({_D.PRICE})),
    **dict.fromkeys(("lasts", "lasted", "lasting"), frozenset({_D.DURATION})),
    "aged": frozenset({_D.AGE}),
}
"""What a comparison is about by the verb before it: "weighs more than 80"."""


def units_of(text: str) -> tuple[Unit, ...]:
    """Return the units that a text says, none if it says no known one.

    >>> [unit.name for unit in units_of("Metres")], [unit.name for unit in units_of("in kg")]
    (['m'], ['kg'])
    """
    return UNITS_SAID.get(text.casefold().strip(" .()[]").removeprefix("in "), ())
