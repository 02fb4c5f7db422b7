"""PayFiP, the Treasury's payment page: its rules, and its web service; the office asks it, the portal opens payments."""
