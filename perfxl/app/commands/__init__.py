"""The commands, by whom they are for. Each reads its arguments, calls one task and says what came of it."""
