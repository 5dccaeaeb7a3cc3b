"""Politeness: where the crawl may go, how often it asks, and what a refusal is."""
