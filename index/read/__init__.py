"""Places to clean text: files and folders of them."""
