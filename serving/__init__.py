"""The server for programs and other people: HTTP API, MCP, users and limits."""
