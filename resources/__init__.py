"""What the house shows and ships: French wording, fonts, templates, rulebooks, demonstration data."""

from pathlib import Path

FOLDER = Path(__file__).parent
