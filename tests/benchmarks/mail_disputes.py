"""Cases of other projects whose expectation is held to be wrong: for each the clause or the evidence against it.

Each was looked at by eye, byte by byte where it is about bytes. A case is known by the end of its path.
"""

from __future__ import annotations

_RAW_HEADER = (
    "expects U+FFFD for raw bytes in a field or parameter, which have no charset (RFC 5322 §2.2 allows ASCII only);"
    " they spell a German word in windows-1252, as the mail's own text does, and the set's README says that ö is right"
)
_RAW_TEXT = (
    "expects U+FFFD for bytes that are no UTF-8 under that label (RFC 2046 §4.1.2: the label must be that of the data);"
    " as windows-1252 every word of the German text is right"
)
_ALT = "leaves out the alternative text of images, which is what an image says where it is not shown (HTML, §4.8.4.4)"
_BACKSLASHES = (
    r"takes the backslashes of `C:\TEMP\…` for quoted pairs; RFC 2183 §2.3: directories in a filename are not to be respected,"
    " so the label is its last part"
)
_PATH = (
    "keeps `/u/nsb/writing/rfcs/` in a name; RFC 2183 §2.3: directories in a filename are not to be respected"
)
_UTF8 = (
    "reads by the label where the bytes are valid UTF-8 throughout, which no single-byte text is by accident"
    " (RFC 2046 §4.1.2: the label must be that of the data)"
)
_DROPPED = "drops raw bytes of a label that says ASCII (RFC 2046 §4.1.2); as UTF-8 or windows-1252 they complete the words"
_NAMELESS = "leaves out a part without a name; RFC 2183 §2.3: a filename is optional, and nobody could open the part then"
_BESIDE = "reads only the plain part of a multipart/mixed; RFC 2046 §5.1.3: its parts stand side by side, none replaces another"
_NO_BOUNDARY = "shows no text where the parts are not marked as announced (RFC 2046 §5.1.1); the text is there for all to read"
_SAME_BOUNDARY = (
    "stops where an inner multipart has the boundary of the outer (forbidden by RFC 2046 §5.1.2);"
    " the file behind it is whole and can be saved"
)
_CONTENT_ID = "takes a text with a Content-ID for a file; RFC 2045 §7: that only gives a part a name to be referred to by"
_HEADER_CUT = (
    "ends the header at a line that is no field, though RFC 5322 §2.1 ends it at the blank line;"
    " the subject and the recipients are then shown as text, and the subject is empty"
)
_ANGLE = "takes the display name for the address; RFC 5322 §3.4: the address is what stands in angle brackets"
_FROM = "gives an address that cannot be answered; RFC 5322 §3.4.1: an addr-spec has no blank, and something before its @"

_LEGACY = {
    **dict.fromkeys(("010", "016", "020", "022", "023", "026", "027"), _RAW_HEADER),
    **dict.fromkeys(("033", "052"), _RAW_TEXT),
    **dict.fromkeys(("024", "025", "050"), _ALT),
    **dict.fromkeys(("035", "039"), _BACKSLASHES),
}

DISPUTED = {
    "stalwart/rfc/001": _PATH,
    **{f"stalwart/legacy/{number}": why for number, why in _LEGACY.items()},
    "attachment_emails/attachment_pdf_non_ascii": _UTF8,
    "attachment_emails/attachment_pdf_non_ascii_lf": _UTF8,
    "error_emails/content_transfer_encoding_7-bit": _UTF8,
    "error_emails/content_transfer_encoding_empty": "was turned from Big5 to UTF-8 as if it were Latin-1: no reading is right;"
    " big5 is read with its Hong Kong characters here (WHATWG Encoding §11.1)",
    "error_emails/content_transfer_encoding_plain": _DROPPED,
    "error_emails/content_transfer_encoding_with_8bits": "puts a blank within `PROVANTAGE`; inline elements part no words",
    "error_emails/invalid_subject_characters": "drops raw bytes of a subject: `Formao`, `Vero` for Formação, Verão",
    "error_emails/missing_content_disposition": _NAMELESS,
    "mime_emails/raw_email11": "leaves out an alternative of another type; RFC 8621 §4.1.4 and stalwart/rfc/003 list it",
    "multipart_report_emails/multipart_report_multiple_status": "shows nothing of a report, though it says why in words",
    "plain_emails/mix_caps_content_type": _FROM,
    "plain_emails/raw_email6": _DROPPED,
    "plain_emails/raw_email_incorrect_header": _HEADER_CUT,
    "plain_emails/raw_email_multiple_from": _FROM,
    "rfc2822/example10": "puts comments into the name, one of them cut at its quoted parenthesis;"
    " RFC 5322 §A.5 gives this very mail: Pete, pete@silly.test",
    "rfc2822/example13": _HEADER_CUT,
    "rfc2822/example14": "drops the blank between a word and an encoded word; RFC 2047 §6.2: only one between"
    " two encoded words is ignored",
    "cpython_email/msg_10.txt": _BESIDE,
    "cpython_email/msg_15.txt": _SAME_BOUNDARY,
    "cpython_email/msg_17.txt": _NO_BOUNDARY,
    "cpython_email/msg_21.txt": "runs two parts together into one word, `OneTwo`; RFC 2046 §5.1.3: they are separate texts",
    "cpython_email/msg_25.txt": _NO_BOUNDARY,
    "cpython_email/msg_31.txt": _NO_BOUNDARY,
    "cpython_email/msg_36.txt": _NAMELESS,
    "cpython_email/msg_37.txt": _NAMELESS,
    "cpython_email/msg_38.txt": _CONTENT_ID,
    "cpython_email/msg_39.txt": _NAMELESS,
    "cpython_email/msg_41.txt": _NO_BOUNDARY,
    "cpython_email/msg_47.txt": _BESIDE,
    "messages/text_with_content_id": _CONTENT_ID,
    "messages/base": _ALT,
    "mails/mail_malformed_1": _SAME_BOUNDARY,
    "mails/mail_malformed_3": _NO_BOUNDARY,
    "mails/mail_test_4": _UTF8,
    "mails/mail_test_9": "reads gb2312 to the letter, which lacks a character, and so swallows the comma behind it;"
    " in practice gb2312 means gb18030 (WHATWG Encoding §4.2)",
    "mails/mail_test_12": _UTF8,
    "mails/mail_test_14": _BESIDE,
    "mails/mail_test_15": _ANGLE,
    "mails/mail_test_19": _ANGLE,
}

NO_BOUNCES = {
    "groupwise_03": "a person's request for a hotel room, kept by flufl.bounce because it must not be taken for a bounce",
    "qmail_08": "a shop's automatic reply, kept because a detector failed on its bytes",
}
"""Samples of flufl.bounce that are no bounces."""
