"""The server for programs and other users: HTTP API, MCP, users and limits."""
