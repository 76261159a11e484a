"""What is changed or refused between decoding and storing: one plugin a module, composed by ``chain``."""
