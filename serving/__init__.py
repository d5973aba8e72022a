"""Answers for other programs and other people: HTTP, MCP, users and limits. Must never know Gradio."""
