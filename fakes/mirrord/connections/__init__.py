"""The connections of clients: WebSockets that carry the wire protocol, and what is said on them."""
