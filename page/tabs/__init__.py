"""The page in Gradio, one module for each tab: its layout and the handlers of its events."""
