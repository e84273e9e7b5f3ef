from __future__ import annotations

from datetime import date

from pincite.index import Article, Hit, Passage
from pincite.rag.compose import compose
from pincite.rag.reading import Reading, Span

FIRST = Article.create(
    "a", "The police counted 400,000 people. Most came by bus.", title="The march", published=date(1995, 10, 17)
)
LATER = Article.create(
    "b", "Scientists now say 837,000 people came [3].", title="A recount", published=date(1995, 10, 28)
)
ELSEWHERE = Article.create("d", "In Rome 250,000 took part.", title="Another march")
NEWS = Article.create(
    "e", "He was sworn in yesterday at noon. Boats came by night.", title="The oath", published=date(1994, 5, 11)
)
COPY = Article.create("c", "The police counted 400,000 people.", title="March, as told elsewhere")


def hit(article: Article) -> Hit:
    return Hit(Passage(f"{article.id}:1:0", article.id, 1, article.text, 0, len(article.text)), article, 1.0)


def span(article: Article, words: str, score: float) -> Span:
    start = article.text.index(words)
    first = article.text.rfind(". ", 0, start) + 2 if ". " in article.text[:start] else 0
    last = article.text.index(".", start) + 1
    return Span(hit(article), start, start + len(words), first, last, score)


def reading(*spans: Span, sure: float = 0.9, exact: bool = True) -> Reading:
    return Reading(tuple({s.hit.article.id: s.hit for s in spans}.values()), spans, sure, exact)


def test_the_exact_words_are_told_and_their_sentence_is_quoted() -> None:
    answer = compose(
        "How many came?", [("How many came?", reading(span(FIRST, "400,000 people", 5.0)))], refuse_below=0.5
    )
    assert answer.text == "400,000 people. [1]"
    assert [(c.quote, FIRST.text[slice(*(c.span or (0, 0)))]) for c in answer.citations] == [
        ("The police counted 400,000 people.", "400,000 people")
    ]


def test_two_articles_that_say_the_same_are_two_citations_of_one_statement() -> None:
    found = reading(span(FIRST, "400,000 people", 5.0), span(COPY, "400,000", 4.5))
    answer = compose("How many came?", [("How many came?", found)], refuse_below=0.5)
    assert answer.text == "400,000 people. [1][2]"


def test_articles_that_disagree_are_both_told_with_title_and_date_newest_first() -> None:
    found = reading(span(FIRST, "400,000 people", 5.0), span(LATER, "837,000 people", 4.5))
    answer = compose("How many came?", [("How many came?", found)], refuse_below=0.5)
    assert answer.text == (
        "837,000 people (“A recount”, 28 October 1995). [1]\n400,000 people (“The march”, 17 October 1995). [2]"
    )
    assert [(v.text, v.markers) for v in answer.values] == [("837,000 people", (1,)), ("400,000 people", (2,))]


def test_an_amount_of_the_same_thing_is_a_disagreement_where_another_amount_would_be_none() -> None:
    others = Article.create("f", "A recount gave 837,000 metres.", published=date(1995, 10, 28))
    for article, words, lines in ((LATER, "837,000 people", 2), (others, "837,000 metres", 1)):
        found = reading(span(FIRST, "400,000 people", 9.0), span(article, words, 4.5))
        assert len(compose("How many came?", [("How many came?", found)], refuse_below=0.5).text.split("\n")) == lines


def test_the_day_that_yesterday_was_is_told_and_an_answer_begins_with_a_capital() -> None:
    answer = compose(
        "When was he sworn in?", [("When was he sworn in?", reading(span(NEWS, "yesterday", 5.0)))], refuse_below=0.5
    )
    assert answer.text == "Yesterday (10 May 1994). [1]"
    assert NEWS.text[slice(*(answer.citations[0].span or (0, 0)))] == "yesterday"


def test_a_value_far_less_sure_than_the_best_is_no_disagreement() -> None:
    found = reading(span(FIRST, "400,000 people", 9.0), span(LATER, "837,000 people", 2.0))
    assert compose("How many came?", [("How many came?", found)], refuse_below=0.5).text == "400,000 people. [1]"


def test_a_number_is_differed_from_by_numbers_alone() -> None:
    asked = "How many came?"
    vague = span(LATER, "Scientists", 4.5)
    assert compose(asked, [(asked, reading(span(FIRST, "400,000 people", 5.0), vague))], refuse_below=0.5).values == ()


def test_a_less_sure_value_is_told_when_its_article_is_on_the_subject_just_as_much() -> None:
    asked = "How many people came?"
    near, far = span(LATER, "837,000 people", 3.0), span(ELSEWHERE, "250,000", 3.0)
    best = span(FIRST, "400,000 people", 5.0)
    assert compose(asked, [(asked, reading(best, near))], refuse_below=0.5).text.count("[") == 2
    asked = "How many did the police say came?"
    assert compose(asked, [(asked, reading(best, far))], refuse_below=0.5).text == "400,000 people. [1]"


def test_unsure_of_the_words_it_tells_both_sentences_of_articles_that_disagree() -> None:
    found = reading(span(FIRST, "400,000 people", 5.0), span(LATER, "837,000 people", 4.5), exact=False)
    assert compose("How many came?", [("How many came?", found)], refuse_below=0.5).text == (
        "Scientists now say 837,000 people came (“A recount”, 28 October 1995). [1]\n"
        "The police counted 400,000 people (“The march”, 17 October 1995). [2]"
    )


def test_each_part_of_a_question_is_answered() -> None:
    parts = [
        ("How many came?", reading(span(FIRST, "400,000 people", 5.0))),
        ("how did most of them come?", reading(span(FIRST, "by bus", 3.0))),
    ]
    answer = compose("How many came, and how did most of them come?", parts, refuse_below=0.5)
    assert answer.text == "400,000 people. [1]\nMost came by bus. [2]"


def test_a_footnote_number_in_the_article_is_not_taken_for_a_marker() -> None:
    found = reading(span(LATER, "837,000 people came [3]", 5.0), exact=False)
    answer = compose("How many came?", [("How many came?", found)], refuse_below=0.5)
    assert answer.text == "Scientists now say 837,000 people came. [1]"
    assert answer.citations[0].quote == "Scientists now say 837,000 people came [3]."


def test_below_the_threshold_it_refuses_with_the_nearest_passages_and_the_words_not_found() -> None:
    found = reading(span(FIRST, "400,000 people", 0.1), sure=0.2)
    answer = compose("How many horses came?", [("How many horses came?", found)], refuse_below=0.5)
    assert (answer.refused, answer.reason, answer.missing) == (True, "not_answered", ("horses",))
    assert answer.text == "The articles do not say. Some come near, but none answers this. Not found near by: horses."
    assert [h.article.title for h in answer.hits] == ["The march"]


def test_without_passages_it_says_that_nothing_is_about_it() -> None:
    answer = compose("Why?", [("Why?", Reading((), (), 0.0, True))], refuse_below=0.5)
    assert (answer.refused, answer.reason) == (True, "nothing_found")


def test_a_part_that_the_articles_do_not_answer_is_named() -> None:
    parts = [
        ("How many came?", reading(span(FIRST, "400,000 people", 5.0))),
        ("who paid for the buses?", reading(span(FIRST, "by bus", -3.0), sure=0.1)),
    ]
    answer = compose("How many came, and who paid for the buses?", parts, refuse_below=0.5)
    assert answer.text == "400,000 people. [1]\nThe articles do not say: who paid for the buses?"
