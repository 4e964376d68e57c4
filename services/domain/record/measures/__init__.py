"""Outcome measures: what each instrument's scores were over time, how they changed, and a chart of them."""
