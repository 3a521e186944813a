"""The grammars of names, labels, images and addresses; here are the limits and the alphabets that they share."""

MAX_LABEL = 63  # of a DNS label, of a label's value, and of the name after the `/` of a label's key
MAX_SUBDOMAIN = 253

DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
SMALL = LOWER + DIGITS
LETTERS = LOWER + LOWER.upper()
WORD = LETTERS + DIGITS
MAX_PORT_NAME = 15
