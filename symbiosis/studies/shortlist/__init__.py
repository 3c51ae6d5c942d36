"""The shortlist of missing links: what each is worth, how sure that is, what changes it."""
