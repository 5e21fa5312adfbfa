"""The local web app: the same journey and the same record as pages, each with a JSON twin."""
