"""`citeback verify`: checks a draft against the documents, or claims against given evidence."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citeback import wire
from citeback.terminal import render, render_drafts, render_kept, screen, stores
from citeback.terminal.draft_files import check_out, read_draft, write_checked
from citeback.terminal.options import (
    STORE,
    At,
    Authors,
    Json,
    Kinds,
    Nli,
    Paths,
    Server,
    Since,
    Until,
    within,
)

if TYPE_CHECKING:
    from citeback.rag.drafts.checked_claim import CheckedClaim

INTERRUPTED = 130
NO_LONGER = 1  # exit status if a kept answer no longer holds
DraftName = Annotated[
    str | None,
    typer.Argument(
        metavar="DRAFT",
        show_default=False,
        help="A draft to check: .md, .txt, .docx ...; - is standard input.",
    ),
]
Pairs = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        metavar="PAIRS.jsonl",
        exists=True,
        dir_okay=False,
        help="Pairs to check instead, one JSON object per line (id, claim, evidence).",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the draft as .docx with a comment at each claim, or its references: .ris, .csl.",
    ),
]
Notes = Annotated[
    bool, typer.Option("--footnotes", help="Write footnotes instead of comments in a Word document.")
]
Answers = Annotated[
    Path | None,
    typer.Option(
        "--answers",
        metavar="ANSWERS.jsonl",
        exists=True,
        dir_okay=False,
        help="Answers of ask --json to check again: results are recomputed, quotes searched for.",
    ),
]


def verify(
    draft: DraftName = None,
    pairs: Pairs = None,
    answers: Answers = None,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    nli: Nli = None,
    out: Out = None,
    footnotes: Notes = False,
    server: Server = "",
    store: At = STORE,
    json: Json = False,
) -> None:
    """Check every sentence of a draft against the documents: supported, contradicted, or not said.

    With --out, write the draft as a Word document with a comment at each claim, or its references. With
    --batch, check claims against the evidence given with them, without an index. With --answers, check saved
    answers again; the exit status is 1 if one no longer holds.
    """
    if sum(each is not None for each in (draft, pairs, answers)) != 1:
        raise typer.BadParameter("give a DRAFT, --batch PAIRS.jsonl or --answers ANSWERS.jsonl")
    if out:
        check_out(out)
    if answers is not None:
        return _verify_answers(answers, store, json)
    if pairs is not None:
        return _verify_pairs(pairs, nli, json)
    options = within(paths, since, until, kinds, authors)
    name = draft or ""
    source, counts, claims = read_draft(name), Counter[str](), list["CheckedClaim"]()
    with stores.opened_corpus(store, nli=nli) as corpus:
        documents = sum(map(options.allows, corpus.documents))
        with screen.stop_on_interrupt("Stopped; the lines printed so far are complete.", INTERRUPTED):
            for claim in corpus.check_draft(source, options):
                counts[claim.verdict] += 1
                claims.append(claim)
                if json or not out:
                    screen.print_result(wire.checked_claim(claim), json, render_drafts.checked_claim, claim)
        if out:
            base = server.rstrip("/")
            write_checked(out, name, source, claims, corpus.source, base, footnotes=footnotes)
    if not json:
        screen.console().print(render_drafts.verdict_counts(counts, documents))
    return None


def _verify_pairs(pairs: Path, nli: str | None, json: bool) -> None:
    from citeback.index.embedding.sentence_encoder import load_encoder
    from citeback.index.search.analyzer import Analyzer
    from citeback.index.settings import Settings
    from citeback.rag.checking.verify import ClaimVerifier
    from citeback.rag.model_factory import load_entailment
    from citeback.rag.reader.loading import load_claim_reader

    try:
        given = wire.parse_pairs(pairs.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{pairs}, {error}") from error
    settings = Settings()
    encoder = load_encoder(settings)
    checker = ClaimVerifier(
        encoder=encoder,
        analyzer=Analyzer(settings.language),
        entailment=load_entailment(nli),
        claims=cache(load_claim_reader),
    )
    for pair in given:
        verification, spans = checker.verify_text(pair.claim, pair.evidence)
        if json:
            typer.echo(wire.dumps(wire.verified(pair, verification, spans)))
        else:
            quotes = [span.of(pair.evidence) for span in spans]
            screen.console().print(render.verified(pair.claim, verification, quotes))


def _verify_answers(path: Path, store: str, json: bool) -> None:
    from citeback.index.search.analyzer import Analyzer
    from citeback.rag.kept_answer import KeptAnswers

    try:
        kept = wire.parse_answers(path.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{path}, {error}") from error
    counts = Counter[str]()
    with stores.opened_corpus(store) as corpus:
        again = KeptAnswers(corpus.source, Analyzer())
        for n, each in enumerate(kept, start=1):
            try:
                found = again.check(each.quotes(), each.computation())
            except ValueError as error:
                raise typer.BadParameter(f"{path}, answer {n}: {error}") from error
            counts[found.verdict] += 1
            screen.print_result(wire.checked_again(each, found), json, render_kept.checked_again, each, found)
    if not json:
        screen.console().print(render_kept.counts(counts))
    if counts["stale"] or counts["gone"]:
        raise typer.Exit(NO_LONGER)
