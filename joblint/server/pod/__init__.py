"""What the API server says of a pod template. One module a topic, as in pkg/apis/core/validation/validation.go."""
