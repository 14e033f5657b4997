"""Many mails fast: conversations with mail servers, how fast each may go, and an account of every reply."""
