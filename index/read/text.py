"""Plain text: the title, byline and date that stand in its first lines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from .dates import find_days
from .draft import Draft, check_size, clean_text
from .encoding import decode
from .leftovers import cut_leftovers


def read_text(data: bytes, *, declared: str | None = None) -> Draft:
    """The draft of a plain text file; `declared` is the encoding a server named."""
    text = decode(data, declared=declared)
    check_size(text)
    text = clean_text(text)
    draft = text_draft(cut_leftovers(text))
    return replace(draft, authors=draft.authors or _signed(text))


def text_draft(text: str) -> Draft:
    """The draft of clean plain text: title, byline and date from its first lines, where they clearly stand there."""
    lines = [line for line in text.split("\n", 400)[:400] if line.strip()]
    head = lines[:10]
    authors = next((names for line in head if (names := byline(line))), ()) or _above_the_date(head)
    published = next((day for line in head if (day := dateline(line))), None)
    published = published or next((day for line in head[:4] if (day := _wired(line))), None)
    return Draft.create(text, title=_title(text), authors=authors or _signed(text), published=published)


def _signed(text: str) -> tuple[str, ...]:
    """The names after "Author" among the last lines."""
    return next((names for line in text[-2_000:].split("\n") if (names := byline(line, labelled=True))), ())


def _above_the_date(head: list[str]) -> tuple[str, ...]:
    """The name that stands alone on a line between the title and the date."""
    for n, line in enumerate(head[1:5], start=1):
        after = [other for other in head[n + 1 : n + 3] if not ROLE.search(other)]
        if re.fullmatch(_NAME, line) and not ROLE.search(line) and after and dateline(after[0]):
            return (line,)
    return ()


def _title(text: str) -> str:
    """The first line, if it stands alone or above the byline and is no sentence."""
    line, _, rest = text.partition("\n")
    below = rest.lstrip("\n").partition("\n")[0]
    if line.count(" ") < 2 and rest.startswith("\n") and _is_headline(below) and below.count(" ") > 2:
        return _title(rest.lstrip("\n")) or line  # the section's name stands above the title
    alone = rest.startswith("\n") or (rest and (byline(below) or dateline(below)))
    return without_site(line) if alone and _is_headline(line) else ""


def _is_headline(line: str) -> bool:
    return len(line) <= 200 and "://" not in line and not line.endswith((".", ":", ";", ","))


def without_site(title: str, site: str = "") -> str:
    """`title` without the site's name at its end; without knowing that name, only after a bar."""
    parts = re.split(r"\s+(?:[|–—·•»«:/-]|::)\s+", title)
    if len(parts) < 2:
        return title
    last = parts[-1]
    named = bool(site) and _letters(last) in (_letters(site), _letters(re.sub(r"\.\w+$", "", site)))
    if named or (not site and "|" in title and len(last) <= 30):
        return title[: title.rfind(last)].rstrip(" |–—·•»«:/-")
    return title


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


_NAME = r"[A-ZÀ-ÞА-ЯĀ-Ž][\w.’'-]*(?: (?:[a-zà-þ]{1,3}|[A-ZÀ-ÞА-ЯĀ-Ž][\w.’'-]*)){0,3} [A-ZÀ-ÞА-ЯĀ-Ž][\w’'-]+"
_LABEL = (
    r"(?i:(?:story |written |text |words |posted )?by|authors?(?:[`´'’]s name)?|autore?(?:in)?|auteur|von|par|por|di|"
    r"door|автор)"
)
_NAMES = rf"{_NAME}(?:(?:, | and | & |, and ){_NAME}){{0,5}}"
_BYLINE = re.compile(rf"\W{{0,3}}{_LABEL}:? +({_NAMES})(?= *$|,| *[|•·(–—/]| - | on )")
ROLE = re.compile(r"\b(?:writer|reporter|correspondent|editor|staff|desk|columnist|reports|news)$", re.IGNORECASE)
_LABELLED = re.compile(r"\W{0,3}(?i:author|autor|auteur|автор)")


def byline(line: str, *, labelled: bool = False) -> tuple[str, ...]:
    """The names in a line such as "By Jane Doe and John Roe"; with `labelled`, only after the word "author"."""
    match = _BYLINE.match(line) if len(line) <= 120 else None
    if not match or (labelled and not _LABELLED.match(line)):
        return ()
    names = re.sub(r"((?: and | & ).+?), .*", r"\1", match.group(1))  # "Jane Doe and John Roe, Daily Bridge"
    return tuple(name for name in re.split(r", and |, | and | & ", names) if not ROLE.search(name))


_PUBLISHED = re.compile(
    r"\W{0,3}(?:(?:first |last |originally )?(?:published|posted|publication date|date)|created|"
    r"veröffentlicht|erschienen|erstellt|publié|publicad[oa]|pubblicato|gepubliceerd|"
    r"publicerad|opublikowano|data publikacji|опубликован[оа]?|дата|"
    r"yayınlanma|発行日|公開|发布)(?!\w)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?<!\w)(?:last |zuletzt |mis à jour|mise à jour|última |ultimo )?(?:updated?|modified|edited|changed|"
    r"aktualisiert|geändert|bearbeitet|mis à jour|mise à jour|actualizad[oa]|"
    r"atualizad[oa]|aggiornato|bijgewerkt|обновлен[оа]?|"
    r"zaktualizowano|更新)",
    re.IGNORECASE,
)
_BESIDE_A_DATE = re.compile(
    r"[\d\W_]+|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:at|on|am|pm|a\.m|p\.m|utc|gmt|cet|"
    r"cest|est|edt|et|pst|pdt|pt|bst|ist|msk|um|uhr|le|à|h|alle|ore|às|as|a las|las|kl|om|uur|г|года|в|мск|время)\b|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|t(?=\d)|(?<=\d)z\b|"
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|"
    r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|понедельник|вторник|среда|четверг|пятница|суббота|"
    r"воскресенье|月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日|\d+ min(?:ute)?s?(?: read)?|min(?:ute)?s? read)\b",
    re.IGNORECASE,
)


def dateline(line: str, *, day_first: bool | None = None) -> date | None:
    """The day in a line that is there to say when: a date and nothing else, or one after "Published"."""
    if len(line) > 160:
        return None
    found = sorted(find_days(line, day_first=day_first), key=lambda found: found[1])
    names = _BYLINE.match(line)
    for part in _parts_that_say_when(line[names.end() :] if names else line):
        for day, start, end in found:
            if line[start:end] not in part:
                continue
            left = part.replace(line[start:end], "", 1).strip()
            if _PUBLISHED.match(part.strip(" ,|•·–—-")) or (len(line) <= 120 and not _BESIDE_A_DATE.sub("", left)):
                return day
    return None


def _parts_that_say_when(line: str) -> list[str]:
    """A line's parts on publication, those after "Published" first; what follows "Updated" speaks of a change."""
    parts = [part for part in re.split(r"\s[|•·–—/-]\s|;", line) if not _CHANGED.match(part.strip())]
    parts = [part[: found.start()] if (found := _CHANGED.search(part)) else part for part in parts]
    said = [part for part in parts if _PUBLISHED.match(part.strip())]
    whole = [line] if not _CHANGED.search(line) else []
    return [*said, *whole, *parts[:3]]


_WIRE = re.compile(r"(?:[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]{2,}[ ,(]+.{4,70}?)\s?[-–—]{1,2}\s")


def _wired(line: str) -> date | None:
    """The day at the head of an agency's story: "BERLIN, 3 May 2021 (dpa) - …"."""
    match = _WIRE.match(line)
    return next((day for day, start, _ in find_days(match.group()) if start < 45), None) if match else None
