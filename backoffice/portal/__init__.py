"""The family endpoint: a letterbox and a window, with no rule of its own and nothing of the office inside."""
