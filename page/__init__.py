"""The page without Gradio: conversations, their HTML and the folders behind it.

`ui.py` connects the parts.
"""
