"""The write side: what may be recorded is judged under the write lock, on fresh state, and appended in one transaction."""

from ledger.recording.deeds import Work
from ledger.recording.erasing import Erased
from ledger.recording.recording import Corrected, Imported, Opened, Recorded, Recording, create

__all__ = ["Corrected", "Erased", "Imported", "Opened", "Recorded", "Recording", "Work", "create"]
