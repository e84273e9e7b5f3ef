"""Questions answered: retrieve, read or generate, cite, check."""
