"""Theme of the page, and the Gradio features that are switched off."""

from typing import Any

import gradio as gr

from citeback.page.assets import style

PAPER = ("#faf8f4", "#161513")  # --paper of colours.css, for the moment before it is loaded
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
"""Every option is set explicitly; Gradio reads the others from environment variables."""


def launch_options() -> dict[str, Any]:
    """Return the theme and the launch options: nothing is shared, tracked or fetched."""
    # As a <style> element: css_paths= rewrites every selector and splits `:is(a, b)` at its comma.
    head = f'<style>{style()}</style><script src="/page.js" defer></script>'
    paper = {"body_background_fill": PAPER[0], "body_background_fill_dark": PAPER[1]}
    theme = gr.themes.Base(font=FONTS, font_mono=MONO).set(**paper)
    return {"theme": theme, "head": head, **SHUT}
