"""The domain: pure functions over values. No I/O, no clock, no logging, nothing of the wire.

Beside the standard library it may use a short list of pure libraries: nhs-number and orjson.
"""
