"""What the author of a mail wrote this time, and the quotes, signatures and forwards around it.

Folding never deletes: `folds` gives offsets into the body, `new_text` the reading that they leave.
"""

from store.channels.mail.new_text.folding import Fold, Kind, folds, new_text

__all__ = ["Fold", "Kind", "folds", "new_text"]
