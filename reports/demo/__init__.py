"""Bring the demo company from plain data (crm.demo) into the database.

Staff is settled through the actions. What counts in hundreds and thousands is written in bulk; a test holds it against
what the actions would have written.
"""
