"""Rules about the tools that deliver or queue a manifest: Helm, Argo CD, kustomize, Kueue."""
