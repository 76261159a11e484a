"""Our implementation of ``mirrord operator ...``, ``mirrord session ...`` and ``mirrord kill``.

What the product's command sends, decodes and prints (version 3.250.0), one idea a module. No knowledge of fakes,
drivers or scenarios belongs here: a command is given an API to talk to and says what the product would say.
"""
