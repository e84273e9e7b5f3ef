"""What people touch: the terminal, the chat window, the HTTP API."""
