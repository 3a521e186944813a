"""Text as Go's standard library sees it, where Python's differs."""

# What unicode.IsSpace counts as white space; Python's str.split and str.strip also count some control characters.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def lower(text: str) -> str:
    """Return text as Go's strings.ToLower does, for ASCII words: of a dotted capital I, Python makes two letters."""
    return text.replace("\u0130", "i").lower()
