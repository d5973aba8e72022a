"""How the page looks, and what of Gradio is left out. Must never know what stands on it."""

from typing import Any

import gradio as gr

from page.sheet import style

PAPER = ("#faf8f4", "#161513")  # colours.css's --paper, for the moment before it is loaded
FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]
MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]
SHUT = {
    "ssr_mode": False,
    "run_history": False,
    "footer_links": [],
    "mcp_server": False,
    "enable_monitoring": False,
    "root_path": "",
    "allowed_paths": [],
    "blocked_paths": [],
}
"""Each is said: what is not said here is read from the environment, where anything may stand."""


def dressed() -> dict[str, Any]:
    """Return how the page looks and what Gradio leaves out: nothing is shared, counted or fetched."""
    # As a <style> of its own: css_paths= rewrites every selector, and cuts `:is(a, b)` apart at its comma.
    head = f'<style>{style()}</style><script src="/page.js" defer></script>'
    paper = {"body_background_fill": PAPER[0], "body_background_fill_dark": PAPER[1]}
    theme = gr.themes.Base(font=FONTS, font_mono=MONO).set(**paper)
    return {"theme": theme, "head": head, **SHUT}
