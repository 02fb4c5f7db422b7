"""Who works here and where: what the window says of its surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """The town, the agent, the folders and the versions."""

    town: str
    agent_name: str
    agent_role: str
    data_folder: Path
    log_folder: Path
    versions: Mapping[str, str] = field(default_factory=dict)
    demonstration: bool = False
    way_in: str = ""  # to the portal, as a family of the demonstration

    @property
    def initials(self) -> str:
        """Two letters for the agent: Claire Aubert → CA."""
        words = [word for word in self.agent_name.replace("-", " ").split() if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
