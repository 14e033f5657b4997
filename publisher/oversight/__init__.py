"""Never silent: what the team has to know, a note each day, a heartbeat, figures, and a look at what is due soon.

Nothing here sends or holds back a delivery: it reads the ledger, and whatever fails in it is only logged.
"""
