"""The page without Gradio: conversations, their HTML and the folder behind them. `ui.py` wires it up."""
