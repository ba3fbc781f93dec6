"""Recipes, and what they are made of: optimizer, targets, averages, devices."""
