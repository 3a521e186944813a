"""Quantities, as Kubernetes parses them."""
