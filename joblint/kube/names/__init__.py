"""The grammars of names, labels, images and addresses."""
