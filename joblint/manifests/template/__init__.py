"""Templates, read without running them: Go templates as Helm charts have them."""
