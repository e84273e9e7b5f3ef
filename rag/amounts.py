"""The amounts in a text, however they are written: digits, words, separators, percentages, units, ranges, "half"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..index import STOP_WORDS, stems

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_SMALL = {word: n for n, word in enumerate(f"{_UNITS} seventeen eighteen nineteen".split())}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_DOZENS = {"dozen": 12, "couple": 2}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_PARTS |= {f"{word}s": n for word, n in _PARTS.items() if word not in ("half", "halves")}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        """third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
        sixteenth seventeenth eighteenth nineteenth twentieth""".split(),
        3,
    )
}
_ORDINALS |= {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "hundredth": 100}
_LAST_ORDINALS = {"first": 1, "second": 2} | _ORDINALS  # after "twenty-"
_GLYPHS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
_VAGUE = ("dozens", "scores", "hundreds", "thousands", "millions", "billions")

# A unit's dimension and how many of its base one is; only units that say the same thing are ever compared.
_MEASURES = {
    "%": ("%", "% percent percentage pct"),
    "point": ("percentage point", "pp"),
    "$": ("$", "$ us$ dollar dollars usd buck bucks"),
    "€": ("€", "€ euro euros eur"),
    "£": ("£", "£ gbp sterling"),
    "pound": ("pound", "pound pounds"),  # of money or of weight
    "lb": ("lb", "lb lbs"),
    "¥": ("¥", "¥ yen"),
    "₹": ("₹", "₹ rupee rupees"),
}
_SCALED = {
    "length": "mm millimetre millimetres millimeter millimeters=1/1000 cm centimetre centimetres centimeter centimeters"
    "=1/100 metre metres meter meters=1 km kilometre kilometres kilometer kilometers=1000",
    "imperial length": "inch inches=1 foot feet ft=12 yard yards=36 mile miles mi=63360",
    "mass": "gram grams=1 kg kilogram kilograms kilo kilos=1000 tonne tonnes=1000000",
    "time": "second seconds=1 minute minutes=60 hour hours=3600 day days=86400 week weeks=604800",
    "long time": "month months=1 year years=12 decade decades=120 century centuries=1200",
    "area": "hectare hectares ha=1",
    "acres": "acre acres=1",
    "power": "kw kilowatt kilowatts=1/1000 mw megawatt megawatts=1 gw gigawatt gigawatts=1000",
    "temperature": "°c celsius=1",
    "fahrenheit": "°f fahrenheit=1",
}


def _units() -> dict[str, tuple[str, Fraction]]:
    plain = {word: (dimension, Fraction(1)) for dimension, words in _MEASURES.values() for word in words.split()}
    for dimension, told in _SCALED.items():
        waiting: list[str] = []
        for word in told.split():
            name, _, factor = word.partition("=")
            waiting.append(name)
            if factor:
                plain |= dict.fromkeys(waiting, (dimension, Fraction(factor)))
                waiting = []
    return plain


_UNIT_OF = _units()
_MONEY = {"$", "€", "£", "¥", "₹"}
_POUNDS = ({"pound", "£"}, {"pound", "lb"})

_TOKEN = re.compile(
    r"(?P<id>\b[^\W\d_]+[-–]?\d[\w-]*\b)"  # G20, F-16, COVID-19: a name and no amount
    r"|(?P<digits>\d{1,3}(?:[,'’ \u00a0\u202f\u2009]\d{3}(?!\d))+(?:\.\d+)?"
    r"|\d+(?:[.,]\d+)?)(?P<glued>st|nd|rd|th|[a-z]{1,2}\b)?"
    r"|(?P<glyph>[½¼¾⅓⅔])"
    r"|(?P<sign>US\$|[$€£¥₹%]|°[CF])"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<mark>[^\s\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount: `text[start:end]` says it. It may be read in several ways ("1.250", "a third")."""

    words: str
    start: int
    end: int
    values: frozenset[Fraction]
    unit: str = ""  # its dimension; values are in the base of it
    noun: str = ""  # the stem of the word after it: what is counted
    rank: bool = False  # "third", "18th"
    hedged: bool = False  # "about", "over": rounded
    vague: bool = False  # "dozens": no value, the word itself must be there

    def same(self, other: Amount) -> bool:
        """Whether `other`, in an article, bears this one out."""
        if self.vague or other.vague:
            return self.vague and other.vague and self.words.casefold() == other.words.casefold()
        if self.unit and not _same_unit(self.unit, other.unit) and not (self.unit == "%" and _is_part(other)):
            return False
        if not self.unit and self.noun and (other.unit == "%" or other.unit in _MONEY) and not _is_part(self):
            return False
        if self.values & other.values:
            return True
        return self.hedged and any(_rounds_to(mine, theirs) for mine in self.values for theirs in other.values)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    glued: str = ""

    @property
    def low(self) -> str:
        return self.text.casefold()


def find_amounts(text: str, *, apart_from: Sequence[tuple[int, int]] = ()) -> list[Amount]:
    """The amounts of `text` in order, without those inside `apart_from` (dates). A lone "one" is a pronoun."""
    tokens = [token for token in _tokens(text) if not any(s < token.end and token.start < e for s, e in apart_from)]
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        read = _read(text, tokens, at)
        if read is None:
            at += 1
            continue
        amount, at = read
        found.append(amount)
    return _in_ranges(text, found)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "glued" or match.group("digits"):
            glued = match.group("glued") or ""
            yield _Token("digits", match.group("digits"), match.start(), match.end("digits"), glued.casefold())
        else:
            yield _Token(kind, match.group(), match.start(), match.end())


def _read(text: str, tokens: Sequence[_Token], at: int) -> tuple[Amount, int] | None:
    """The amount that begins with token `at`, and the token after it."""
    token = tokens[at]
    if token.kind == "word" and token.low in _VAGUE:
        return Amount(token.text, token.start, token.end, frozenset(), vague=True), at + 1
    read = _numeral(tokens, at) if token.kind in ("digits", "glyph") else _worded(tokens, at)
    if read is None:
        return None
    values, after, rank = read
    start, end = token.start, tokens[after - 1].end + len(tokens[after - 1].glued)
    unit, factor, after, end = ("", Fraction(1), after, end) if rank else _unit(tokens, at, after, end)
    if token.low == "one" and after == at + 1 and not unit:
        return None
    values = {value * factor for value in values}
    if unit == "%":
        values |= {value / 100 for value in values}
    noun = _noun(tokens, after) if not rank else ""
    hedged = _hedge(tokens, at)
    return Amount(text[start:end], start, end, frozenset(values), unit, noun, rank, hedged), after


def _numeral(tokens: Sequence[_Token], at: int) -> tuple[set[Fraction], int, bool] | None:
    token = tokens[at]
    values = {_GLYPHS[token.text]} if token.kind == "glyph" else _values_of(token.text)
    after = at + 1
    if token.kind == "digits" and after < len(tokens) and tokens[after].kind == "glyph":
        values, after = {value + _GLYPHS[tokens[after].text] for value in values}, after + 1
    if token.glued in ("st", "nd", "rd", "th"):
        return values, after, True
    scale = _SHORT_SCALES.get(token.glued, 1)
    if after < len(tokens) and (word := tokens[after].low) in (_SCALES | {"bn": 10**9, "mn": 10**6}):
        scale, after = (_SCALES | _SHORT_SCALES)[word], after + 1
    return {value * scale for value in values}, after, False


def _values_of(digits: str) -> set[Fraction]:
    """ "1,250" is 1250; "1.250" may be that or 1.25; "0,5" is a half."""
    plain = re.sub(r"[,'’ \u00a0\u202f\u2009](?=\d{3}(?:\D|$))", "", digits)
    values = {Fraction(plain.replace(",", "."))}
    if re.fullmatch(r"\d{1,3}\.\d{3}", digits):
        values.add(Fraction(digits.replace(".", "")))
    return values


def _worded(tokens: Sequence[_Token], at: int) -> tuple[set[Fraction], int, bool] | None:
    """An amount in words from token `at`: "one hundred and five", "half a million", "two thirds", "a dozen"."""
    first = tokens[at].low
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if first == "half":
        then = at + (2 if following in ("a", "an") else 1)
        word = tokens[then].low if then < len(tokens) else ""
        scale = (_SCALES | _DOZENS).get(word) if then > at + 1 or word in _DOZENS else None
        return ({Fraction(scale, 2)}, then + 1, False) if scale else ({Fraction(1, 2)}, at + 1, False)
    if first in ("a", "an") and following in (_SCALES | _DOZENS):
        return _scaled({Fraction((_SCALES | _DOZENS)[following])}, tokens, at + 2)
    if first in ("a", "an") and following in _PARTS and following != "second":
        return {Fraction(1, _PARTS[following])}, at + 2, False
    if first in ("quarter", "dozen"):
        return {Fraction(1, 4) if first == "quarter" else Fraction(12)}, at + 1, False
    if first in _ORDINALS:
        part = {Fraction(1, _PARTS[first])} if first in _PARTS else set[Fraction]()
        return {Fraction(_ORDINALS[first]), *part}, at + 1, True
    return _cardinal(tokens, at)


def _cardinal(tokens: Sequence[_Token], at: int) -> tuple[set[Fraction], int, bool] | None:
    total, group, after, rank = 0, 0, at, False
    while after < len(tokens):
        word = tokens[after].low
        if word in _SMALL and group % 10 == 0 and (not group or group % 100 != 10):
            if group and group % 100 == 0 and after > at and tokens[after - 1].low not in ("hundred", "and"):
                break
            group += _SMALL[word]
        elif word in _TENS and group % 100 == 0:
            group += _TENS[word]
        elif word == "hundred" and group:
            group *= 100
        elif word in _SCALES and group:
            total, group = total + group * _SCALES[word], 0
        elif word in _LAST_ORDINALS and group % 10 == 0 and group and _hyphened(tokens, after):
            group, rank, after = group + _LAST_ORDINALS[word], True, after + 1
            break
        elif word in ("and", "-", "‐", "‑") and after > at and _goes_on(tokens, after, group, total):
            pass
        else:
            break
        after += 1
    if after == at:
        return None
    value = Fraction(total + group)
    words = [token.low for token in tokens[after : after + 3]]
    if words[:1] == ["and"] and words[1:] == ["a", "half"]:
        return _scaled({value + Fraction(1, 2)}, tokens, after + 3)
    part = words[1] if words[:1] == ["-"] and len(words) > 1 else (words[0] if words else "")
    if part in _PARTS and 0 < value < 10 and not rank:
        return {value / _PARTS[part]}, after + (2 if words[0] == "-" else 1), False
    if words[:1] and words[0] in _DOZENS:
        return {value * _DOZENS[words[0]]}, after + 1, False
    return {value}, after, rank


def _hyphened(tokens: Sequence[_Token], at: int) -> bool:
    return tokens[at - 1].low in ("-", "‐", "‑")


def _goes_on(tokens: Sequence[_Token], at: int, group: int, total: int) -> bool:
    """Whether "and" or a hyphen at `at` is inside a number: "a hundred and five", "twenty-five"."""
    word = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if tokens[at].low == "and":
        return (group % 100 == 0 or (not group and total > 0)) and group + total > 0 and word in (_SMALL | _TENS)
    return group % 100 >= 20 and group % 10 == 0 and word in (_SMALL | _LAST_ORDINALS)


def _scaled(values: set[Fraction], tokens: Sequence[_Token], after: int) -> tuple[set[Fraction], int, bool]:
    """With a scale behind it: "one and a half million", "a hundred thousand"."""
    if after < len(tokens) and (scale := _SCALES.get(tokens[after].low)):
        return {value * scale for value in values}, after + 1, False
    return values, after, False


def _unit(tokens: Sequence[_Token], at: int, after: int, end: int) -> tuple[str, Fraction, int, int]:
    """The unit of the amount in tokens `at` to `after`, its factor, the token after it and where it ends."""
    glued = tokens[after - 1].glued
    if glued in _UNIT_OF and glued not in _SHORT_SCALES:
        return *_UNIT_OF[glued], after, end
    then = after + 1 if after < len(tokens) and tokens[after].text in "-‐‑" else after
    word = tokens[then].low if then < len(tokens) else ""
    if word == "per" and then + 1 < len(tokens) and tokens[then + 1].low == "cent":
        return "%", Fraction(1), then + 2, tokens[then + 1].end
    if word in ("degree", "degrees") and then + 1 < len(tokens) and tokens[then + 1].low in _UNIT_OF:
        return *_UNIT_OF[tokens[then + 1].low], then + 2, tokens[then + 1].end
    if word == "percentage" and then + 1 < len(tokens) and tokens[then + 1].low.startswith("point"):
        return "percentage point", Fraction(1), then + 2, tokens[then + 1].end
    if word in ("us", "american", "canadian", "australian") and then + 1 < len(tokens):
        word, then = tokens[then + 1].low, then + 1
    if word in _UNIT_OF and not (word in ("second", "mi") and tokens[then].text != word):
        return *_UNIT_OF[word], then + 1, tokens[then].end
    if at and tokens[at - 1].kind == "sign" and tokens[at - 1].low in _UNIT_OF:
        return *_UNIT_OF[tokens[at - 1].low], after, end
    return "", Fraction(1), after, end


def _noun(tokens: Sequence[_Token], after: int) -> str:
    if after >= len(tokens) or tokens[after].kind != "word" or tokens[after].low in STOP_WORDS:
        return ""
    return " ".join(stems(tokens[after].text))


_HEDGES = {"about", "around", "roughly", "nearly", "almost", "approximately", "over", "some", "than", "least", "circa"}


def _hedge(tokens: Sequence[_Token], at: int) -> bool:
    before = [token.low for token in tokens[max(0, at - 2) : at] if token.kind == "word"]
    return bool(_HEDGES & set(before))


_TO = re.compile(r"\s*(?:[-–—]|to|and|or)\s*", re.IGNORECASE)


def _in_ranges(text: str, amounts: list[Amount]) -> list[Amount]:
    """The first number of a range has the unit of the second: "10 to 20 percent", "between 3 and 4 million"."""
    for n in range(len(amounts) - 1, 0, -1):
        one, other = amounts[n - 1], amounts[n]
        if not one.unit and not one.noun and _TO.fullmatch(text, one.end, other.start):
            factor = _factor(other)
            values = {value * factor for value in one.values}
            values |= {value / 100 for value in one.values} if other.unit == "%" else set()
            scales = [s for w, s in _SCALES.items() if w != "hundred" and w in other.words.casefold()]
            if scales and not any(word in one.words.casefold() for word in _SCALES):
                values |= {value * scales[0] * factor for value in one.values}
            amounts[n - 1] = replace(one, unit=other.unit, noun=other.noun, values=frozenset(values))
    return amounts


def _same_unit(one: str, other: str) -> bool:
    return one == other or {one, other} in _POUNDS


def _factor(amount: Amount) -> Fraction:
    """How many of its dimension's base the unit in its words is."""
    last = re.split(r"[\s\-‐‑\d]", amount.words.casefold())[-1]
    return _UNIT_OF.get(last, ("", Fraction(1)))[1]


def _is_part(amount: Amount) -> bool:
    """Whether it is a share of something said in a word: "half", "a quarter"."""
    return not amount.unit and any(value < 1 and value.denominator <= 10 for value in amount.values)


def _rounds_to(rough: Fraction, exact: Fraction) -> bool:
    """Whether `exact` gives `rough` when rounded to as many digits as that has."""
    if not rough or not exact or rough.denominator != 1:
        return False
    step = 1
    while rough % (step * 10) == 0:
        step *= 10
    return step > 1 and abs(rough - exact) < step
