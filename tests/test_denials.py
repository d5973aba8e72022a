"""Negations, opposites and months in languages other than English."""

import pytest

from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.denials import foreign_contradictions, has_denial
from citeback.rag.checking.claims.facts import FactIndex, facts


@pytest.mark.parametrize(
    ("language", "claim", "source", "contradicted"),
    [
        ("de", "Haustiere sind erlaubt.", "Haustiere sind nicht erlaubt.", True),
        ("de", "Haustiere sind nicht erlaubt.", "Haustiere sind erlaubt.", True),
        ("de", "Haustiere sind nicht erlaubt.", "Haustiere sind hier nicht erlaubt.", False),
        (
            "de",
            "Die Miete beträgt 90 Euro.",
            "Die Miete beträgt 90 Euro und enthält keine Heizkosten.",
            False,
        ),
        ("de", "Der Antrag wurde angenommen.", "Der Antrag wurde abgelehnt.", True),
        ("fr", "Le chien est admis.", "Le chien n’est pas admis.", True),
        ("fr", "La séance est ouverte.", "La séance est ouverte à tous.", False),
        ("es", "El museo abre los lunes.", "El museo no abre los lunes.", True),
        ("it", "Il museo apre il lunedì.", "Il museo non apre il lunedì.", True),
        ("ja", "犬は入れます。", "犬は入れません。", False),
    ],
)
def test_denials_and_opposites(language: str, claim: str, source: str, contradicted: bool) -> None:
    assert bool([*foreign_contradictions(claim, [source], Analyzer(language))]) is contradicted


def test_words_that_deny_are_those_of_the_language() -> None:
    assert has_denial("Il n’y a rien.", "fr") and not has_denial("Il n’y a rien.", "de")


@pytest.mark.parametrize(
    ("language", "claim", "source"),
    [
        ("de", "Er beginnt am 14. Mai 2024.", "Er beginnt am 14. März 2024."),
        ("fr", "Il commence le 14 mai 2024.", "Il commence le 14 mars 2024."),
        ("es", "Empieza el 14 de mayo de 2024.", "Empieza el 14 de marzo de 2024."),
    ],
)
def test_another_month_is_missing(language: str, claim: str, source: str) -> None:
    analyzer = Analyzer(language)
    assert [f.kind for f in FactIndex(source, analyzer).missing(facts(claim, analyzer))] == ["date"]
    assert not FactIndex(claim, analyzer).missing(facts(claim, analyzer))
