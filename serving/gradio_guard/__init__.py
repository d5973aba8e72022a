"""The guard between a browser and Gradio: addresses, events and environment."""
