"""Whether they may: attributes in, a decision with its reason out."""
