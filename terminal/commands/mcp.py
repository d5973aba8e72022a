"""`citeback mcp`: serves an assistant that starts this command."""

from citeback.terminal.options import STORE, At, Copy


def mcp(store: At = STORE, copy: Copy = None) -> None:
    """Serve an assistant over standard input and output, by the Model Context Protocol (MCP).

    The assistant gets the tools ask, search, verify, table, list, conflicts, timeline, summary, documents and
    show, and those of saved questions, which return the same JSON as --json. Every question uses the newest
    index. A page served by citeback chat offers the same at /mcp.
    """
    from citeback.index.any_store import open_store
    from citeback.page.state.owner import YOU
    from citeback.rag.current_corpus import CurrentCorpus
    from citeback.serving import mcp_server
    from citeback.serving.saved_questions import SavedQuestionWork
    from citeback.serving.work_queue import WorkQueue
    from citeback.terminal.saved_questions import QuestionsOfStore

    latest = CurrentCorpus(open_store(store, copy))
    saved = SavedQuestionWork(corpus=latest, kept=QuestionsOfStore(store, copy).store_file(), owner=YOU)
    mcp_server.mcp_server(
        lambda _: latest(), WorkQueue(), mcp_server.local_rights, saved=lambda *_: saved
    ).run()
