"""``verify``: recomputes the hashes of the whole log, and holds it against checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.proofs.checking import Checked, Verified
    from ledger.proofs.note import Note, VerifierKey


def _public_key(value: str) -> VerifierKey:
    """A verifier key, without spaces that were pasted along. Raises BadParameter for what is none."""
    from ledger.errors import InputError
    from ledger.proofs.note import VerifierKey

    try:
        return VerifierKey.parse(value.strip())
    except InputError as error:
        raise click.BadParameter(error.problem.text()) from error


PARAMS: list[click.Parameter] = [
    click.Option(["--checkpoint", "checkpoints"], metavar="FILE", multiple=True),
    click.Option(["--public-key", "keys"], metavar="KEY", multiple=True, type=_public_key),
    *common(),
]


@click.command("verify", cls=Command, params=PARAMS)
def command(checkpoints: Sequence[str], keys: Sequence[VerifierKey], location: str, form: str) -> int:
    """Recomputes every hash; findings mean that the log is not what was recorded."""
    from ledger.commands.plain import Progress, clean, put_json
    from ledger.commands.running import refused

    if keys and not checkpoints:
        raise click.UsageError(text("commands.key_alone"), click.get_current_context())
    progress = Progress()
    with opened(location) as ledger:
        notes = _notes(checkpoints)
        found = ledger.verify(progress.checked, notes, keys)
    progress.done()
    refused(found.findings)
    if form == "json":
        put_json(_document(found))
    else:
        click.echo("\n".join(map(clean, _lines(found, checkpoints, pinned=bool(keys)))))
    return 1 if found.findings else 0


def _notes(files: Sequence[str]) -> dict[str, Note]:
    if not files:
        return {}
    from ledger.proofs.checking import read_note

    return {file: read_note(Path(file)) for file in files}


def _document(found: Verified) -> dict[str, object]:
    from ledger.commands.plain import problem_json

    findings = [problem_json(problem) for problem in found.findings]
    said = {"events": found.events, "root": found.root, "intact": not findings, "findings": findings}
    return {**said, "checkpoints": [_checked(each) for each in found.checkpoints]} if found.checkpoints else said


def _checked(each: Checked) -> dict[str, object]:
    signatures = [asdict(signature) for signature in each.signatures]
    return {"size": each.size, "origin": each.origin, "extends": each.extends, "signatures": signatures}


def _verdict(found: Verified) -> str:
    """Whether the log holds by itself is one thing, whether it is the one of the checkpoints and who signed them another."""
    if not found.findings:
        return "commands.intact"
    about_checkpoints = sum(len(each.findings) for each in found.checkpoints)
    return "commands.checkpoints_differ" if about_checkpoints == len(found.findings) else "commands.not_intact"


def _lines(found: Verified, files: Sequence[str], *, pinned: bool) -> Iterator[str]:
    yield from (problem.line() for problem in found.findings)
    said = {"events": found.events, "count": len(found.findings)}
    yield text(_verdict(found), said)
    yield text("commands.root", {"root": found.root})
    for file, each in zip(dict.fromkeys(files), found.checkpoints, strict=True):
        if each.extends:
            yield text("commands.extends", {"file": file, "size": each.size})
        for signature in each.signatures:
            if signature.verified:
                yield text("commands.signed_by", {"file": file, "name": signature.name, "id": signature.key_id})
    if found.checkpoints and not pinned:
        yield text("commands.no_key_pinned")
