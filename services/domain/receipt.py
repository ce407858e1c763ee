"""A receipt's QR: one entry, the head of the log it stands in, and the proof that it does.

``DC2|ORIGIN|SIZE|ROOT|PROOF|SIGNATURES|ENTRY`` — root and proof in Base64 (the steps one after the other),
signatures as ``name base64`` joined by commas, the entry's line as it stands in the log. The entry comes last,
so what it holds needs no escape.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.custody import Line, LineError, line_of
from services.domain.merkle import HASH_SIZE, Proof, included
from services.domain.signed_note import MARK, Checkpoint, Note, NoteError, signature_of, spell, unspell

BEGINS = "DC2"


class ReceiptError(ValueError):
    """A text that is no receipt. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Receipt:
    note: Note
    line: Line
    proof: Proof

    @property
    def spelled(self) -> str:
        checkpoint = self.note.checkpoint
        signatures = ",".join(one.line.removeprefix(MARK) for one in self.note.signatures)
        parts = (BEGINS, checkpoint.origin, str(checkpoint.size), spell(checkpoint.root), spell(b"".join(self.proof)))
        return "|".join((*parts, signatures, self.line.spelled))

    @property
    def is_included(self) -> bool:
        checkpoint = self.note.checkpoint
        index = self.line.entry.seq - 1
        return included(self.line.leaf, index, checkpoint.size, self.proof, checkpoint.root)


def receipt_from(text: str) -> Receipt:
    """Of one spelling only. Raises ReceiptError."""
    parts = text.strip().split("|", 6)
    if len(parts) != 7 or parts[0] != BEGINS:
        raise ReceiptError(f"不是存证收据：须以 {BEGINS}| 开头，共七段")
    _, origin, size, root, proof, signatures, line = parts
    try:
        steps = unspell(proof)
        if not size.isdigit() or len(steps) % HASH_SIZE:
            raise ReceiptError("收据的条数或证明写法不对")
        checkpoint = Checkpoint(origin, int(size), unspell(root))
        signed = tuple(signature_of(MARK + one) for one in signatures.split(",") if one)
        receipt = Receipt(
            Note(checkpoint, signed),
            line_of(line),
            tuple(steps[at : at + HASH_SIZE] for at in range(0, len(steps), HASH_SIZE)),
        )
    except (NoteError, LineError) as why:
        raise ReceiptError(f"收据读不出：{why}") from why
    if receipt.spelled != text.strip():
        raise ReceiptError("收据的写法不是唯一写法")
    return receipt
