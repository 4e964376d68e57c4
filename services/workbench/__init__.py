"""The integration team's tools: publish, replay, status, quarantine, bench. Each talks to a running stack."""
