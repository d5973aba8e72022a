"""The page in Gradio, a module a tab: layout, and which function of `page` answers which event."""
