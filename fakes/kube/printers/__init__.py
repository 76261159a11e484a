"""What built-in kinds show in a table: columns and cells, one API group or idea a module."""

from fakes.kube.printers.registry import printer_of

__all__ = ["printer_of"]
