"""How continuous a person's care is: who answers for it, who takes part, and where it broke off."""
