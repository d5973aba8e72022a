"""`citeback mcp`: the answers for an assistant that starts this command. Must never know what it asks."""

from terminal.options import STORE, At


def mcp(store: At = STORE) -> None:
    """Serve an assistant over standard input and output, by the Model Context Protocol (MCP).

    The assistant gets the tools ask, search, documents and show; what they return is that of --json. The
    newest index is used at every question. A page that citeback chat serves has the same at /mcp.
    """
    from index.store import Store
    from rag.latest import Latest
    from serving import assistants
    from serving.queue import Queue

    latest = Latest(Store(store))
    assistants.server(lambda _: latest(), Queue(), assistants.here).run()
