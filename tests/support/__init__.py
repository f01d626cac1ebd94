"""What tests share: the throw-away database, builders, the page helper, the browser."""
