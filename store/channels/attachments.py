"""The bytes of attachments: of ours out of the store, of a customer's out of the raw mail they came in."""

from __future__ import annotations

import zlib

from store.channels.mail.parse import attachment_bytes
from store.desk import Desk
from store.desk.conversation import raw_mail
from store.model import Attachment, Message


def bytes_of(desk: Desk, message: Message, attachment: Attachment) -> bytes:
    """The content of an attachment. Raises NotFound when this desk does not hold it."""
    kept = desk.read().execute("SELECT data FROM blobs WHERE sha256 = ?", (attachment.sha256,)).fetchone()
    if kept is not None:
        return zlib.decompress(kept[0])
    return attachment_bytes(raw_mail(desk, message), attachment.position)
