"""Sheets of paper that leave as .docx: agreements and reports."""
