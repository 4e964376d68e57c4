"""The NHS Personal Demographics Service: asked for people who came without an NHS number; its answers are messages."""
