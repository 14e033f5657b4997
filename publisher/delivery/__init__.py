"""Getting one delivery out: claim, intent committed, send, classify, record."""
