"""What was found, for people and programs: text, JSON, HTML, SARIF, and the opinions for units."""
