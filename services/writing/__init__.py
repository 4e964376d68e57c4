"""Writing back: forms by which people who work for an organisation tell of a person, as its own messages."""
