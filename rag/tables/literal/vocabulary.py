"""The words that a literally read question may have besides the heads and cells of its table."""

from collections.abc import Mapping

from citeback.rag.tables.literal.literal_item import ItemKind

_FILLERS = """
a an the of in on at for to from is are was were be been do does did there their its his her it that who
this these those please currently now still by all any we us our they he she me you
"""
_PERSONS = """
employe name teacher person assigne worker member staff colleagu doctor nurs driver author owner student
coach speaker guard volunt trainer tutor technician agent
"""
_PRICES = "price cost fee rate tariff fare rent"
_MONEY = "amount budget salari revenu incom spent expens paid total sum sale fund"
_QUANTITIES = "quantiti stock qty piec pcs unit count"
PHRASES: Mapping[tuple[str, ...], ItemKind] = {
    tuple(phrase.split()): kind
    for kind, phrases in (
        (ItemKind.ASK, "which|what|name|list|show|in which|when|where|whose"),
        (ItemKind.WHO, "who|whom"),
        (ItemKind.MANY, "how many|number of|count of|how many of"),
        (ItemKind.MUCH, "how much"),
        (ItemKind.TOTAL, "total|totals|sum|in total|altogether|combined|in all|overall"),
        (ItemKind.AVERAGE, "average|mean|on average"),
        (ItemKind.DIFFERENT, "different|distinct|unique"),
        (ItemKind.EACH, "per|each|for each|for every|every"),
        (ItemKind.HAVE, "have|has|had|with|having|got"),
        (
            ItemKind.NO,
            "no|without|without a|without an|without any|lack|lacks|have no|has no|had no|with no|do not have"
            "|does not have|did not have|don't have|doesn't have|didn't have|do not have a|does not have a"
            "|do not have an|does not have an|don't have a|doesn't have a|don't have an|doesn't have an"
            "|have not|has not|not have",
        ),
        (ItemKind.NOT, "not|isn't|aren't"),
        (ItemKind.JOIN, "and|or|but"),
    )
    for phrase in phrases.split("|")
}
COUNTED: Mapping[str, bool] = {"most": True, "fewest": False, "least": False}
"""Superlatives of amounts: which way they put rows in order."""
SIZED: Mapping[str, bool] = {
    **dict.fromkeys(("highest", "largest", "biggest", "greatest", "maximum", "longest"), True),
    **dict.fromkeys(("lowest", "smallest", "shortest", "minimum"), False),
}
PRICED: Mapping[tuple[str, ...], bool] = {
    ("most", "expensive"): True,
    ("dearest",): True,
    ("cheapest",): False,
    ("least", "expensive"): False,
}
NOW = (("these", "days"), ("at", "present"), ("right", "now"))
"""Words for the present; the files of the latest year are asked then."""
FILLERS = frozenset(_FILLERS.split())
"""Words that leave the meaning as it is."""
PERSONS = frozenset(_PERSONS.split())
PRICES = frozenset(_PRICES.split())
MONEY = PRICES | frozenset(_MONEY.split())
QUANTITIES = frozenset(_QUANTITIES.split())
_TIMES = "hour time durat day minut spent"
_SPENT = "spent cost price amount expens paid total sum budget"
_GIVEN = "amount grant fund award prize sum donat scholarship"
_ORDERS = "order purchas sale product item quantiti"
_STORES = "warehous locat room store shelf place hall depot stock site build"
_MAKERS = "supplier vendor maker manufactur produc brand compani"
_HOMES = "citi town countri address place region"
_VERBS = {
    "log logs logged logging book books booked record records recorded": _TIMES,
    "report reported work works worked": _TIMES,
    "spend spends spent": f"{_TIMES} {_SPENT}",
    "take takes took taken need needs needed": _TIMES,
    "pay pays paid cost costs": _SPENT,
    "receive receives received get gets given granted awarded donated": _GIVEN,
    "order orders ordered buy buys bought purchase purchased place places placed": _ORDERS,
    "sell sells sold": "sale sold quantiti revenu product",
    "store stores stored keep keeps kept stocked located": _STORES,
    "deliver delivers delivered supply supplies supplied provide provides provided make makes made": _MAKERS,
    "produce produces produced manufacture manufactures manufactured sell sells": _MAKERS,
    "live lives": _HOMES,
    "come comes": _HOMES,
}
VERB_HEADS: Mapping[str, frozenset[str]] = {
    verb: frozenset(heads.split()) for verbs, heads in _VERBS.items() for verb in verbs.split()
}
"""What a verb goes with: words of heads, or of the table's title, of which one must be there."""
WRITTEN_AS: Mapping[str, str] = {
    "spend": "spent",
    "spends": "spent",
    "pay": "paid",
    "sell": "sold",
    "cost": "cost",
    "buy": "bought",
}
"""Verbs whose other form heads a column."""
