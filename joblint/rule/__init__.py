"""How a rule is written: values, context, reports, the registry, cards."""
