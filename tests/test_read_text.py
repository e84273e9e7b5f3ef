"""Plain text and Markdown: encodings, titles, bylines, dates, front matter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pincite.index import Article, ReadFailed, read

BODY = "Delegates met in the old town and agreed to go on talking.\n\nThe bridge stays open."


def written(folder: Path, name: str, content: str | bytes) -> Article:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


def test_a_text_file_is_its_text_and_its_first_line_the_title(tmp_path: Path) -> None:
    article = written(tmp_path, "talks.txt", f"Bridge talks go on\n\n{BODY}\n")
    assert article.title == "Bridge talks go on"
    assert article.text == f"Bridge talks go on\n\n{BODY}"
    assert article.source == (tmp_path / "talks.txt").as_posix()
    assert (article.published, article.authors, article.language) == (None, (), None)


def test_byline_and_date_above_the_text_are_recognised(tmp_path: Path) -> None:
    text = f"Bridge talks go on\n\nBy Jane Doe and John Q. Roe\nPublished: 3 May 2021\n\n{BODY}"
    article = written(tmp_path, "talks.txt", text)
    assert article.authors == ("Jane Doe", "John Q. Roe")
    assert article.published == date(2021, 5, 3)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2021-05-03", date(2021, 5, 3)),
        ("Monday, May 3, 2021 at 10:30 am EST", date(2021, 5, 3)),
        ("2021-05-03T10:00:00Z", date(2021, 5, 3)),
        ("Posted on 3rd May 2021, updated 4 May 2021", date(2021, 5, 3)),
        ("By Jane Doe | 3 May 2021", date(2021, 5, 3)),
        ("3. März 2020", date(2020, 3, 3)),
        ("3 de mayo de 2021", date(2021, 5, 3)),
        ("3.5.2021", date(2021, 5, 3)),
        ("13/5/2021", date(2021, 5, 13)),
        ("2021年5月3日", date(2021, 5, 3)),
        ("3/5/2021", None),  # 3 May or 5 March
        ("31 February 2021", None),
        ("On 3 May 2021 the bridge was opened.", None),  # an event, not a publication
        ("Updated 3 May 2021", None),
    ],
)
def test_a_line_that_says_when_is_the_day_of_publication(tmp_path: Path, line: str, day: date | None) -> None:
    assert written(tmp_path, "talks.txt", f"Bridge talks go on\n\n{line}\n\n{BODY}").published == day


def test_what_a_copied_page_leaves_at_the_end_goes(tmp_path: Path) -> None:
    left = "Subscribe to our Telegram channel!\n\nAuthor`s name Jane Doe\n*\n\nReport spelling error:\n\nYour comment:"
    article = written(tmp_path, "talks.txt", f"Bridge talks go on\n\n{BODY}\n\n{left}\n")
    assert article.text == f"Bridge talks go on\n\n{BODY}"
    assert article.authors == ("Jane Doe",)


SAMPLES = {
    "en": "The café’s “naïve” owner said – it costs £5. " * 3,
    "de": "Die Größe der Übung ist für Ärzte schön. " * 5,
    "ru": "Президент подписал указ о выборах в марте. Это важно для всех. " * 4,
    "pl": "Prezydent podpisał ustawę w środę po południu. Łódź jest pięknym miastem, a jej mieszkańcy są dumni. " * 4,
    "tr": "İstanbul çok güzel bir şehir, değil mi? Işık ve gölge. " * 4,
    "ja": "今日は雨が降っていますので、家にいます。明日は晴れるでしょう。" * 5,
    "el": "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας. " * 5,
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("en", "utf-8-sig"),
        ("en", "utf-16"),
        ("en", "utf-16-le"),
        ("en", "utf-32"),
        ("en", "cp1252"),
        ("de", "latin-1"),
        ("ru", "cp1251"),
        ("ru", "koi8-r"),
        ("pl", "cp1250"),
        ("pl", "iso8859-2"),
        ("tr", "cp1254"),
        ("ja", "shift_jis"),
        ("ja", "euc_jp"),
        ("el", "cp1253"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, language: str, encoding: str) -> None:
    text = SAMPLES[language]
    assert written(tmp_path, "a.txt", text.encode(encoding)).text == text.strip()


def test_utf8_with_a_damaged_byte_keeps_the_rest(tmp_path: Path) -> None:
    data = "Das Café öffnet früh. ".encode() * 20 + b"Ende \xff."
    assert written(tmp_path, "a.txt", data).text.endswith("Das Café öffnet früh. Ende \ufffd.")


def test_what_no_reader_sees_is_taken_out(tmp_path: Path) -> None:
    text = "Pay\u200bload \u202egnp.exe\u202c, so\u00adft, nul\0l, tab\there, \U000e0041tag, a\u0301."
    text += "\r\nNext\u00a0line. \n\n\n\nEnd"
    assert written(tmp_path, "a.txt", text).text == "Payload gnp.exe, soft, null, tab here, tag, á.\nNext line.\n\nEnd"


def test_joiners_stay_where_they_spell(tmp_path: Path) -> None:
    text = "می\u200cخواهم 👩\u200d🚀 plain\u200dword"
    assert written(tmp_path, "a.txt", text).text == "می\u200cخواهم 👩\u200d🚀 plainword"


def test_a_title_is_one_line_of_at_most_300_characters(tmp_path: Path) -> None:
    article = written(tmp_path, "a.md", f'---\ntitle: "{"word " * 100}\\n\\u202e\\u0007end"\n---\n{BODY}')
    assert len(article.title) <= 300
    assert article.title.endswith("word …")


MARKDOWN = """---
title: Bridge: talks go on
date: 2021-05-03 10:00:00
authors: [Jane Doe, John Roe]
lang: en-GB
source: https://example.org/talks
---

# Bridge: talks go on

Delegates **met** in the [old town](https://example.org), see ![a map](map.png)`fig 1`.
It was the *third* time.

## What comes next

- one
- two
  1. inner

| Year | Count |
|------|-------|
| 2020 | 15    |

> They go on.

```
code here
```

<!-- not shown --><div>shown</div>
"""


def test_markdown_is_read_without_its_markup(tmp_path: Path) -> None:
    assert written(tmp_path, "talks.md", MARKDOWN).text.split("\n\n") == [
        "Bridge: talks go on",
        "Delegates met in the old town, see fig 1. It was the third time.",
        "What comes next",
        "- one\n- two\n1. inner",
        "Year | Count\n2020 | 15",
        "They go on.",
        "code here",
        "shown",
    ]


def test_front_matter_says_what_it_says_even_when_it_is_not_quite_yaml(tmp_path: Path) -> None:
    article = written(tmp_path, "talks.md", MARKDOWN)
    assert article.title == "Bridge: talks go on"
    assert article.published == date(2021, 5, 3)
    assert article.authors == ("Jane Doe", "John Roe")
    assert article.language == "en"
    assert article.source == "https://example.org/talks"


def test_a_source_that_is_no_web_address_does_not_replace_the_path(tmp_path: Path) -> None:
    article = written(tmp_path, "talks.md", f"---\nsource: javascript:alert(1)\n---\n{BODY}")
    assert article.source == (tmp_path / "talks.md").as_posix()


def test_markdown_without_front_matter_takes_its_first_heading_as_title(tmp_path: Path) -> None:
    assert written(tmp_path, "talks.md", f"Note\n\n# Bridge talks\n\n{BODY}").title == "Bridge talks"


def test_yaml_that_makes_objects_makes_none(tmp_path: Path) -> None:
    article = written(tmp_path, "talks.md", f"---\ntitle: !!python/object/apply:os.system ['true']\n---\n{BODY}")
    assert article.text == BODY


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "holds no text"),
        (b"\0" * 4_000, "binary"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"\x1f\x8b\x08" + bytes(100), "compressed"),
        (b"\x7fELF" + bytes(100), "a program"),
        (b"SQLite format 3\0" + bytes(100), "a database"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"Rar!\x1a\x07" + bytes(50), "an archive"),
    ],
)
def test_what_is_no_text_is_refused_with_a_cure(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ReadFailed, match=said) as failed:
        written(tmp_path, "a.txt", data)
    assert failed.value.source == (tmp_path / "a.txt").as_posix()
    assert ": " in failed.value.reason  # what is wrong, then what to do


def test_over_twenty_million_characters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadFailed, match="24 million characters"):
        written(tmp_path, "a.txt", b"The delegates met again. " * 960_000)


def test_reading_again_gives_the_same_article(tmp_path: Path) -> None:
    assert written(tmp_path, "a.md", MARKDOWN) == written(tmp_path, "a.md", MARKDOWN)
