"""What the author of a mail wrote this time, and the quotes, signatures and forwards around it.

Folding never deletes: `folds` gives offsets into the body, `new_text` the reading that they leave.
For HTML see `html_quotes`.
"""

from store.channels.mail.new_text.folding import Fold, Kind, folds, new_text
from store.channels.mail.new_text.html_quotes import folds_of_html, strip_html_quotes

__all__ = ["Fold", "Kind", "folds", "folds_of_html", "new_text", "strip_html_quotes"]
