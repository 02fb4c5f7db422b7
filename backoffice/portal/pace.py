"""How many forms one account sends in some time: a count kept in memory, cheap enough for an opening when all send at once."""

from threading import Lock
from time import monotonic

from limits import parse_many
from werkzeug.exceptions import TooManyRequests


class Pace:
    """Counts what each account sends, in windows that begin with its first sending, as the other limits do."""

    def __init__(self, rate: str) -> None:
        self._limits = [(one.amount, one.get_expiry()) for one in parse_many(rate)]
        self._windows: list[dict[int, tuple[float, int]]] = [{} for _ in self._limits]  # account → its end, its count
        self._swept = [monotonic() + spell for _, spell in self._limits]
        self._turn = Lock()

    def count(self, account: int) -> None:
        """Count one sending.

        Raises:
            TooManyRequests: this account sent more than its rate.
        """
        if not self.admits(account):
            raise TooManyRequests

    def admits(self, account: int) -> bool:
        """Count one sending, and tell whether it is within the account's rate."""
        now, allowed = monotonic(), True
        with self._turn:
            for rank, ((amount, spell), windows) in enumerate(zip(self._limits, self._windows, strict=True)):
                if now >= self._swept[rank]:
                    self._swept[rank] = now + spell
                    for old in [one for one, (end, _) in windows.items() if now >= end]:
                        del windows[old]
                end, count = windows.get(account, (0.0, 0))
                windows[account] = (end, count + 1) if now < end else (now + spell, 1)
                allowed &= windows[account][1] <= amount
        return allowed
