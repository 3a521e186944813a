"""Rules about the tools that deploy or queue a manifest: Helm, Argo CD, kustomize, Kueue."""
