"""The app in a browser: how it is served, who may come in, what a visitor has set."""
