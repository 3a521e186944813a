"""What rules are written with: values, context, reports, the registry, cards."""
