"""The roster (花名册) of a bureau: its units, their projects and 控制数, and what each is handed out."""
