"""The messages between a mirrord client and the operator, as bytes and as values. It opens no connection."""
