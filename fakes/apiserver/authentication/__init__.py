"""Who asks: one authenticator a module, composed by ``union``."""
