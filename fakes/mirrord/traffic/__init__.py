"""Traffic of target pods: who it comes from, who gets it, what is answered. Deciding who gets it is ``model.routing``."""
