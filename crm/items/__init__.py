"""The company's own items (項目設定): what their values are, how they are kept, found, worked out and shown."""

from crm.items.book import (
    Fact,
    Items,
    facts_of,
    fill_items,
    forget_items,
    items_kept,
    items_of,
    key_of,
    names_of,
    seen_by,
    texts_of,
)
from crm.items.formula import BadFormula, FormulaFault, read_formula
from crm.items.values import Type, read, stored

__all__ = [
    "BadFormula",
    "Fact",
    "FormulaFault",
    "Items",
    "Type",
    "facts_of",
    "fill_items",
    "forget_items",
    "items_kept",
    "items_of",
    "key_of",
    "names_of",
    "read",
    "read_formula",
    "seen_by",
    "stored",
    "texts_of",
]
