"""Names to ids: what people write for a unit, a channel, a level, a category or a finding."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import Problem, Refused, nearest
from ledger.values import matching_key


class Lexicon:
    """The words of one kind, each an id and the names it goes by. Immutable; :meth:`including` makes a larger one."""

    __slots__ = ("_keys", "_names", "_owners")

    def __init__(self, words: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        self._names: dict[str, str] = {}
        self._owners: dict[str, tuple[str, ...]] = {}
        self._keys: dict[str, str] = {}  # of every spelling, its matching key
        for key, names in words:
            self._enter(key, names)

    def including(self, key: str, names: Iterable[str]) -> Lexicon:
        """This lexicon and one more id, or more names for one that it has."""
        larger = Lexicon()
        larger._names, larger._owners, larger._keys = self._names.copy(), self._owners.copy(), self._keys.copy()
        larger._enter(key, names)
        return larger

    def _enter(self, key: str, names: Iterable[str]) -> None:
        spelt = (key, *names)
        self._names[key] = spelt[1] if len(spelt) > 1 else key
        for name in spelt:
            match = self._keys[name] = matching_key(name)
            owners = self._owners.get(match, ())
            self._owners[match] = owners if key in owners else (*owners, key)

    def owners(self, text: str) -> tuple[str, ...]:
        """The ids that ``text`` may mean: none, one, or several where it is ambiguous. An id means itself alone."""
        if text in self._names:
            return (text,)
        return self._owners.get(self._keys.get(text) or matching_key(text), ())

    def name(self, key: str) -> str:
        """What an id is called: the first of the names that were given last. One that is not here is its own name."""
        return self._names.get(key, key)

    def find(self, text: str, field: str | None = None) -> str:
        """The id that ``text`` means.

        Raises Refused when nothing goes by that name, naming the nearest that does, or when several things do.
        """
        if text in self._names:
            return text
        owners = self.owners(text)
        if len(owners) == 1:
            return owners[0]
        if owners:
            meant = ", ".join(f"{key} ({self._names[key]})" for key in owners)
            raise Refused(Problem("aggregates.ambiguous", field, params={"value": text, "meant": meant}))
        raise Refused(Problem("aggregates.no_such_word", field, params={"value": text, "nearest": self._nearest(text)}))

    def _nearest(self, text: str) -> str:
        """A name suggests a name and an id an id: words in the same script come first."""
        alike = [word for word in self._keys if word.isascii() == text.isascii()]
        return nearest(text, alike or self._keys)
