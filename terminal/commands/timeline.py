"""`citeback timeline`: lists dated statements in order."""

from citeback import wire
from citeback.terminal import render_folders, screen, stores
from citeback.terminal.options import STORE, About, At, Authors, Json, Kinds, Paths, Since, Until, within

INTERRUPTED = 130


def timeline(
    about: About = None,
    paths: Paths = None,
    since: Since = "",
    until: Until = "",
    kinds: Kinds = None,
    authors: Authors = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """List dated statements in order; “yesterday” is resolved from the date that the document states."""
    from citeback.rag.about import checked_about
    from citeback.rag.timeline.timeline import TimelineReader

    options = within(paths, since, until, kinds, authors)
    with screen.stop_on_interrupt("Stopped; nothing was listed.", INTERRUPTED):
        if about is None:
            with stores.opened_generation(store) as generation:
                result = TimelineReader(generation, options).read()
        else:
            topic = checked_about(about)
            with stores.opened_corpus(store) as corpus:
                result = corpus.timeline(options, topic)
    screen.print_result(wire.timeline(result), json, render_folders.timeline, result)
