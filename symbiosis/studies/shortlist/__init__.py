"""The shortlist of missing links: what each is worth, how sure that is, and what would change it."""
