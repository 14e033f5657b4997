"""Events from elsewhere into the schedule file, as drafts: fetch · read · merge · insert."""
