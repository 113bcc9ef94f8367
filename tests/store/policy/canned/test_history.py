"""Earlier replies to other tickets: what of a reply is taken from them, however it is disguised."""

from __future__ import annotations

import random

import pytest

from store.policy.canned import Index, judge
from store.text.sentences import sentences
from tests.store.policy.canned.conftest import ANSWERS, OTHER, TEMPLATE, Judge

REUSED = TEMPLATE.format(name="Grace", order="B-77123")
OWN = "The lamp you describe has the old socket, so I put the adapter for Frieda's green one into the box as well."


def shuffled(text: str) -> str:
    parts = [text[start:end] for start, end in sentences(text)]
    random.Random(3).shuffle(parts)
    return " ".join(parts)


def with_slips(text: str) -> str:
    """Every fifth word has lost its second letter."""
    words = text.split(" ")
    return " ".join(
        word[:1] + word[2:] if n % 5 == 4 and word.isalpha() else word for n, word in enumerate(words)
    )


def test_a_template_with_other_names_and_numbers_is_known(judged: Judge) -> None:
    result = judged(REUSED)
    assert result.flagged
    assert result.score > 0.9
    assert result.contained > 0.9
    assert {s.label for s in result.sentences} == {"old", "neutral"}
    assert all(s.source in range(1, 21) for s in result.sentences if s.label == "old")
    assert result.nearest[0].similarity > 0.9
    assert result.nearest[0].ticket == 100 + result.nearest[0].reply


def test_an_answer_of_its_own_is_not_flagged(judged: Judge) -> None:
    result = judged(f"Hello Grace,\n\n{OWN}\n\nKind regards,\nAnna")
    assert (result.score, result.flagged, result.nearest) == (0.0, False, ())
    assert [s.label for s in result.sentences] == ["neutral", "own", "neutral", "neutral"]


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: "\u200b".join(text),
        lambda text: text.translate(str.maketrans("aeopcyx", "аеорсух")),
        str.upper,
        lambda text: "\n".join("> " + line for line in text.split("\n")),
        lambda text: f"```\n{text}\n```",
        lambda text: f"Hi,\n\nKind regards,\nAnna\n-- \n{text}",
        shuffled,
        with_slips,
        lambda text: f"{OWN} {text} {OWN.replace('lamp', 'clock')}",
    ],
    ids=[
        "zero-width",
        "homoglyphs",
        "capitals",
        "quote",
        "fence",
        "signature",
        "shuffled",
        "slips",
        "two sentences",
    ],
)
def test_a_disguised_template_is_still_flagged(judged: Judge, disguise) -> None:  # type: ignore[no-untyped-def]
    assert judged(disguise(REUSED)).flagged


def test_one_earlier_reply_that_stands_in_a_long_answer_is_worth_a_warning(judged: Judge) -> None:
    result = judged(f"{REUSED}\n\n" + " ".join(f"{OWN} Wagon {n} waits." for n in "abcdefgh"))
    assert result.flagged
    assert result.contained >= 0.6
    assert sum(s.label == "own" for s in result.sentences) >= 8


def test_two_templates_in_one_reply_are_both_found(judged: Judge) -> None:
    body = REUSED.split("\n\n")[1]
    result = judged(f"{body}\n\n{OTHER}")
    assert {s.label for s in result.sentences} == {"old"}
    assert {22, 23, 21} & {near.reply for near in result.nearest}


def test_replies_to_the_same_ticket_are_no_re_use(judged: Judge) -> None:
    assert judged(ANSWERS[0]).flagged
    assert not judged(ANSWERS[0], ticket=124).flagged


def test_a_quote_that_stands_in_the_ticket_does_not_count(judged: Judge) -> None:
    quoted = "\n".join("> " + line for line in OTHER.split(", "))
    assert not judged(f"{quoted}\n\n{OWN}", ticket_text=f"Hallo, ihr schriebt: {OTHER}").flagged
    assert judged(quoted, ticket_text="Mein Rad macht Geräusche.").flagged


def test_code_that_looks_like_code_does_not_count(index: Index, judged: Judge) -> None:
    code = "```\nfor (i = 0; i < 9; i++) { read(i); sum += buffer[i] * gain[i]; } print(sum / 9);\n```"
    index.add(50, 500, f"{ANSWERS[1]}\n{code}")
    result = judged(f"{OWN}\n\n{code}")
    assert result.score == 0.0
    assert result.sentences[-1].label == "neutral"


def test_a_short_sentence_that_everyone_sends_is_a_frame(index: Index, judged: Judge) -> None:
    index.add_many(
        (60 + n, 600 + n, f"Hop hop, ganz der Ihre. {' '.join(chr(97 + n) * k for k in (3, 4, 5, 6))}.")
        for n in range(16)
    )
    result = judged(f"{OWN} Hop hop, ganz der Ihre.")
    assert [s.label for s in result.sentences] == ["own", "frame"]
    assert result.score == 0.0


def test_a_line_that_points_to_a_shared_page_does_not_make_a_reply_canned(
    index: Index, judged: Judge
) -> None:
    line = "Alles Weitere steht bebildert hier: https://hilfe.example/sattel"
    index.add(50, 500, f"{ANSWERS[1]}\n\n{line}")
    result = judged(f"Nehmen Sie 62 mm.\n\n{line}")
    assert result.score == 0.0


def test_the_thresholds_are_the_desk_s(index: Index) -> None:
    text = f"{OTHER} {OWN} {OWN.replace('lamp', 'clock')} {OWN.replace('lamp', 'stool')} Ten of them wait in Ghent, says Piet."
    strict, lenient = (
        judge(text, ticket=None, ticket_text="", index=index, red=red, amber=red / 2) for red in (0.2, 0.9)
    )
    assert strict.score == lenient.score
    assert (strict.flagged, strict.amber) == (True, True)
    assert not lenient.flagged


def test_a_second_template_is_found_behind_many_replies_from_the_first(index: Index, judged: Judge) -> None:
    index.add_many((200 + n, 2000 + n, OTHER) for n in range(20))
    body = REUSED.split("\n\n")[1]
    assert {s.label for s in judged(f"{body}\n\n{OTHER}").sentences} == {"old"}


def test_a_line_that_points_to_a_page_is_never_old(index: Index, judged: Judge) -> None:
    line = "Alles Weitere steht bebildert hier: https://hilfe.example/sattel"
    index.add(50, 500, f"{OTHER}\n\n{line}")
    assert [s.label for s in judged(f"{OTHER}\n\n{line}").sentences] == ["old", "frame"]


def test_a_short_answer_with_a_number_of_its_own_is_no_re_use(index: Index, judged: Judge) -> None:
    index.add(50, 500, "Torque the clamp to 12 Nm then.")
    assert not judged("Torque the clamp to 45 Nm then.").flagged
    index.add(51, 501, "Torque the clamp by hand then.")
    assert judged("Torque the clamp by hand then.").flagged


def test_a_slip_in_every_fourth_word_hides_nothing(judged: Judge) -> None:
    words = REUSED.split("\n\n")[1].split()
    slipped = " ".join("q" + word if n % 4 == 2 else word for n, word in enumerate(words))
    result = judged(slipped)
    assert result.flagged
    assert {s.label for s in result.sentences} == {"old"}


def test_a_quote_in_an_earlier_reply_is_not_remembered(index: Index, judged: Judge) -> None:
    quote = "The kettle whistles on the third ring only, and my aunt swears that it never did so in Trieste."
    index.add(50, 500, f"> {quote}\n\nTurn the lid by a quarter.")
    assert not judged(quote).flagged
    index.add(51, 501, f"> {quote}\n\nTurn the lid by a quarter.", "My toaster is cold.")
    assert judged(quote).flagged
