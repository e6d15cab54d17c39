"""The history of changes (変更履歴): what the journal has kept of one row, in words of whoever reads it."""

from crm.changes.diff import Piece
from crm.changes.history import Change, changes_of, rows_of
from crm.changes.lines import Line, Shown
from crm.changes.parts import NamedPart, WordsPart

__all__ = ["Change", "Line", "NamedPart", "Piece", "Shown", "WordsPart", "changes_of", "rows_of"]
