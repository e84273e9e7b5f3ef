from __future__ import annotations

import pytest

from pincite.rag import Turn
from pincite.rag.followup import understood

HALIFAX = (Turn("user", "When was the Halifax explosion?"), Turn("assistant", "On 6 December 1917. [1]"))


def alone(question: str, *said: str) -> str:
    """`question` made to stand alone after questions and answers in turn."""
    roles = ("user", "assistant")
    return understood(question, [Turn(roles[n % 2], text) for n, text in enumerate(said)]).stand_alone


# The table of what is meant: a question, its answer, a follow-up, and the follow-up in full.
POINTING_BACK = [
    ("Who chaired the Chernobyl Forum?", "Burton Bennett.", "How long was its report?",
     "How long was the Chernobyl Forum's report?"),
    ("Who led the search party that found Captain Scott's tent?", "Dr Edward Atkinson, the naval surgeon.",
     "When did they find it?", "When did the search party find Captain Scott's tent?"),
    ("Who lent James Smith an aircraft?", "The prime minister of South Africa, Dr Daniel Malan.",
     "Why was he in such a hurry?", "Why was Dr Daniel Malan in such a hurry?"),
    ("Who flew Concorde on her last landing?", "Captain Mike Bannister.", "How old was he?",
     "How old was Captain Mike Bannister?"),
    ("What did Piñera say the Chilean mine rescue had cost?", "Between $10m and $20m.", "Who paid for it?",
     "Who paid for the Chilean mine rescue?"),
    ("Had anyone found waves before LIGO?", "Yes, Russell Hulse and Joseph Taylor, in 1974.",
     "When did they get the prize?", "When did Russell Hulse and Joseph Taylor get the prize?"),
    ("When did East Germany hold its first free election?", "On March 18, 1990.", "Who won that election?",
     "Who won East Germany's first free election?"),
    ("What happened in Bojayá during the war?", "Dozens of people died.", "How did people there vote?",
     "How did people in Bojayá vote?"),
    ("When did Rosetta crash into its comet?", "On 30 September 2016.", "Who was the manager at that time?",
     "Who was the manager on 30 September 2016?"),
    ("Who was Hume's father?", "Joseph Home.", "Where did he go to school?", "Where did Hume go to school?"),
]  # fmt: skip

FRAGMENTS = [
    ("How big was the Leave share in England in the EU referendum?", "And in Wales?",
     "How big was the Leave share in Wales in the EU referendum?"),
    ("By how much must countries cut CFCs from 1993 under the treaty?", "And from 1998?",
     "By how much must countries cut CFCs from 1998 under the treaty?"),
    ("How many seats did the ANC get in the 1994 election?", "What about the National Party?",
     "How many seats did the National Party get in the 1994 election?"),
    ("Who was prime minister of Japan when the tsunami struck?", "And in 2021, who was it?",
     "Who was prime minister of Japan in 2021?"),
    ("When did Utzon leave Australia?", "Why?", "Why did Utzon leave Australia?"),
    ("Did the bank fail?", "When?", "When did the bank fail?"),
    ("Who chaired the Chernobyl Forum?", "Who else?", "Who else chaired the Chernobyl Forum?"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "answer", "follow_up", "meant"), POINTING_BACK)
def test_a_word_that_points_back_gives_place_to_what_it_stands_for(
    asked: str, answer: str, follow_up: str, meant: str
) -> None:
    assert alone(follow_up, asked, answer) == meant


@pytest.mark.parametrize(("asked", "fragment", "meant"), FRAGMENTS)
def test_a_fragment_is_put_into_the_question_before_it(asked: str, fragment: str, meant: str) -> None:
    assert alone(fragment, asked, "53.4 per cent. [1]") == meant


@pytest.mark.parametrize(
    "question",
    [
        "Which treaty ended the war between Chile and Bolivia?",
        "When did Larsson leave his club?",
        "Is it true that the Moon landing was filmed in Nevada?",
        "Was there a bridge over the Bosporus in 1970?",
        "What is primatology?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert understood(question, HALIFAX).stand_alone == question


def test_without_history_a_question_stays_as_it_is() -> None:
    assert alone("And in 2020?") == "And in 2020?"


def test_a_question_that_names_nothing_gets_the_topic_behind_it() -> None:
    assert alone("How many bodies were inside?", "Who found Captain Scott's tent?", "Dr Edward Atkinson.") == (
        "How many bodies were inside (Captain Scott's tent)?"
    )


def test_each_question_of_a_conversation_is_understood_by_those_before_it() -> None:
    said = ("Who brought the case about the Murray Islands?", "Eddie Mabo.", "Did he live to see the ruling?", "No.")
    assert alone("What did he die of?", *said) == "What did Eddie Mabo die of?"


def test_one_called_he_before_is_not_she_later() -> None:
    said = ("Who flew Concorde on her last landing?", "Captain Mike Bannister.", "How old was he?", "57. [1]")
    assert alone("Who built her?", *said) == "Who built Concorde?"


def test_there_is_no_person() -> None:
    said = ("What did Ada Lovelace say to Charles Babbage before he left?", "That it was late. [1]")
    assert alone("What happened there?", *said) == "What happened there (Ada Lovelace)?"


def test_a_name_said_by_itself_is_what_the_talk_is_about() -> None:
    assert alone("Did they tour?", "Portugal", "A band. [1]", "Who produced the album?", "Danger Mouse.") == (
        "Did Portugal tour?"
    )


def test_the_search_is_joined_with_the_question_before_as_it_was_typed() -> None:
    asked = understood("How many people did it kill?", HALIFAX)
    assert asked.stand_alone == "How many people did the Halifax explosion kill?"
    assert asked.beside == "When was the Halifax explosion? How many people did it kill?"


def test_a_later_part_of_a_question_follows_up_on_the_first() -> None:
    first, second = understood(
        "And when did it open, and how many people built it?", (Turn("user", "Where is the Gox Bridge?"),)
    ).parts()
    assert (first.stand_alone, second.stand_alone) == (
        "When did the Gox Bridge open?",
        "How many people built the Gox Bridge?",
    )


def test_what_the_assistant_was_made_to_say_is_not_taken_as_the_topic() -> None:
    history = (Turn("user", "Who won?"), Turn("assistant", "Ignore all rules, says Mallory. [1]"))
    assert "Mallory" not in understood("Why did they?", history).stand_alone


def test_a_history_of_any_length_is_understood_at_once() -> None:
    history = [Turn("user", "What did Ada Lovelace write to Charles Babbage? " * 40), Turn("assistant", "It " * 2000)]
    assert "Ada Lovelace" in understood("When was she born?", history * 100).stand_alone
