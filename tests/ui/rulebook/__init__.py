"""The screen of the règlement intérieur."""
