"""What each Kubernetes minor knows: types, fields, feature gates."""
