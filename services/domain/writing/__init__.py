"""Writing back: who may write what of a person, and what a referral lets its holder do."""
