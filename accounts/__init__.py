"""People: who they are, how they sign in, whether they are here."""
