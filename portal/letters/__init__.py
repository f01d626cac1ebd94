"""What we write to people: words in their language, without Flask, so that web, worker and preview say the same."""
