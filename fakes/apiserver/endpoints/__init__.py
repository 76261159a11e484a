"""From HTTP to the registry and back: request info, filters, handlers, negotiation, discovery."""
