"""Who chose what, in bits, so that staff of a large town see a count at once while they compose."""
