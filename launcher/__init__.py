"""What ./run and ./test share: the standard library only, because it runs before any install."""
