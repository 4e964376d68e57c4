"""Finding a person by what somebody remembers of them."""
