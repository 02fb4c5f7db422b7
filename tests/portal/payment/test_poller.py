"""The thread that asks PayFiP: it asks by itself, survives what goes wrong, and stops when told."""

import threading

from backoffice.portal.poller import Poller


class Asked:
    """A line to PayFiP that counts its turns, and fails at first."""

    def __init__(self) -> None:
        self.woken, self.turns, self.third = threading.Event(), 0, threading.Event()

    def ask_pending(self) -> int:
        self.turns += 1
        if self.turns == 3:
            self.third.set()
        if self.turns == 1:
            raise RuntimeError("la base ne répond pas")
        return 0


def test_it_asks_again_after_a_fault_and_stops_when_told() -> None:
    line = Asked()
    poller = Poller(line, every=0.01)
    poller.start()
    assert line.third.wait(10)
    poller.stop()
    turns = line.turns
    assert not [one for one in threading.enumerate() if one.name == "payfip" and one.is_alive()]
    assert turns >= 3


def test_a_notification_wakes_it_at_once() -> None:
    line = Asked()
    poller = Poller(line, every=3600)
    poller.start()
    for _ in range(400):
        line.woken.set()
        if line.third.wait(0.05):
            break
    poller.stop()
    assert line.turns >= 3


def test_what_was_never_started_stops_too() -> None:
    Poller(Asked()).stop()
