"""Files made to break what reads them, written here and never stored: by name, a function that makes the bytes.

A name ends in what the file says it is. A first part of `ok` means that the words in GOOD must be read out of it, `no`
that it must be refused; the others may end either way, but with an article or a sentence.
"""

from __future__ import annotations

import gzip
import json
import pickle
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

GOOD = "Delegates met in the old town and agreed to go on talking about the bridge."
_GOOD = GOOD.encode()
Files = dict[str, Callable[[], bytes]]


def hostile_files() -> Files:
    """All of them."""
    families = (
        _pages(),
        _encodings(),
        _texts(),
        _markdown(),
        _pdfs(),
        _words(),
        _books(),
        _feeds(),
        _tables(),
        _wrong_names(),
    )
    files = {name: make for family in families for name, make in family.items()}
    if len(files) != sum(map(len, families)):
        raise ValueError("two hostile files have one name")
    return files


def page(inside: str | bytes, head: str = "") -> bytes:
    """A page of one article."""
    body = inside.encode("utf-8", "surrogatepass") if isinstance(inside, str) else inside
    start = f"<!doctype html><html><head><title>Bridge</title>{head}</head><body><article>".encode()
    return start + body + f"<p>{GOOD}</p></article></body></html>".encode()


def _pages() -> Files:
    nested = {
        f"deep-{tag}-{depth}.html": lambda tag=tag, depth=depth: page(f"<{tag}>" * depth)
        for tag in ("div", "table><tr><td", "span", "ul><li", "blockquote", "b", "font")
        for depth in (10_000, 200_000)
    }
    lying = {
        f"ok-charset-{name}.html": lambda name=name: page("", f'<meta charset="{name}">')
        for name in ("utf-16", "rot13", "zlib", "unicode_escape", "punycode", "idna", "../../etc/passwd", "x" * 99)
    }
    bomb = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    return {name.replace("><", "-"): make for name, make in (nested | lying).items()} | {
        "huge-attribute.html": lambda: page(f"<p class='{'x' * 9_000_000}'>"),
        "many-attributes.html": lambda: page("<p " + " ".join(f"a{n}='{n}'" for n in range(100_000)) + ">"),
        "ok-huge-comment.html": lambda: page("<!--" + "x" * 9_000_000 + "-->"),
        "comment-without-end.html": lambda: page("<!--"),
        "script-without-end.html": lambda: page("<script>"),
        "title-without-end.html": lambda: b"<html><title>" + _GOOD * 9,
        "plaintext.html": lambda: page("<plaintext>"),
        "ok-huge-title.html": lambda: page("").replace(b"Bridge", b"Bridge" * 1_000_000),
        "many-entities.html": lambda: page("<p>" + "&amp;&lt;&#233;" * 500_000),
        "ok-entities-that-are-none.html": lambda: page("<p>&#x110000; &#xD800; &#0; &nonsense; &#99999999999;</p>"),
        "entity-bomb.xhtml": lambda: (
            f'<!DOCTYPE html [<!ENTITY a "{"x" * 99}">{bomb}]>'.encode() + page("<p>&i;</p>")[15:]
        ),
        "ok-entity-of-a-file.xhtml": lambda: (
            b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + page("<p>&a;</p>")[15:]
        ),
        "ok-json-deep.html": lambda: page("", f'<script type="application/ld+json">{"[" * 100_000}</script>'),
        "ok-json-wide.html": lambda: page(
            "", f'<script type="application/ld+json">[{",".join(["{}"] * 300_000)}]</script>'
        ),
        "ok-json-of-wrong-types.html": lambda: page(
            "",
            '<script type="application/ld+json">{"@type":["NewsArticle",7,null],"headline":{"a":[]},"author":[[1]],'
            '"datePublished":[[{}]],"inLanguage":9,"mainEntityOfPage":[]}</script>',
        ),
        "ok-dates-of-nonsense.html": lambda: page(
            "",
            '<meta property="article:published_time" content="99999-99-99T99:99"><meta name=date content="0000-0-0">',
        ),
        "many-links.html": lambda: page("".join(f"<a href='/{n}'>{n}</a>" for n in range(100_000))),
        "many-paragraphs.html": lambda: page("<p>A short one.</p>" * 100_000),
        "one-long-word.html": lambda: page("<p>" + "x" * 9_000_000 + "</p>"),
        "ok-bidi.html": lambda: page("<p>‮\u202e\u2066‏ backwards</p>"),
        "no-frameset.html": lambda: b"<html><frameset><frame src='file:///etc/passwd'></frameset></html>",
        "no-empty-page.html": lambda: b"<html><body></body></html>",
        "no-only-scripts.html": lambda: b"<html><body><script>let a = 1</script><style>p {}</style></body></html>",
        "ok-nul.html": lambda: page("<p>a\0b</p>"),
        "ok-srcdoc.html": lambda: page("<iframe srcdoc='" + "&lt;iframe srcdoc=" * 1_000 + "'></iframe>"),
        "ok-base.html": lambda: page("<a href='//x'>y</a>", "<base href='javascript:alert(1)'>"),
        "ok-processing.html": lambda: page("<?php system('id') ?><![CDATA[ x ]]>"),
        "svg.html": lambda: page("<svg>" + "<g>" * 50_000 + "</svg>"),
        "ok-angle-brackets.html": lambda: page("<p>" + "< " * 300_000 + "</p>"),
    }


def _encodings() -> Files:
    names = "utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be cp1252 latin-1 cp1250 iso8859-15".split()
    texts = {f"ok-{name}.txt": lambda name=name: (f"{GOOD}\n" * 5).encode(name) for name in names}
    other = {
        "koi8-r": "Делегаты встретились в старом городе и говорили о мосте.",
        "cp1251": "Делегаты встретились в старом городе и говорили о мосте.",
        "shift_jis": "代表団は旧市街で会い、橋について話し続けることに合意した。",
        "euc-kr": "대표단은 구시가지에서 만나 다리에 대해 계속 이야기하기로 했다.",
        "gb18030": "代表们在老城会面，同意继续讨论这座桥。",
        "big5": "代表們在舊城會面，同意繼續討論這座橋。",
        "iso8859-7": "Οι αντιπρόσωποι συναντήθηκαν στην παλιά πόλη.",
        "cp500": GOOD,
        "utf-7": GOOD,
    }
    return texts | {
        f"{name}.txt": lambda name=name, text=text: (text * 20).encode(name) for name, text in other.items()
    }


def _texts() -> Files:
    return {
        "no-empty.txt": lambda: b"",
        "no-spaces.txt": lambda: b" \n\t" * 100_000,
        "no-zero-width.txt": lambda: "\u200b\u200d\ufeff\u2060".encode() * 10_000,
        "no-zeros.txt": lambda: bytes(1_000_000),
        "no-noise.txt": lambda: random.Random(1).randbytes(1_000_000),
        "no-signs.txt": lambda: b"!?.,;:-" * 10_000,
        "ok-cut-character.txt": lambda: (GOOD * 3 + " é").encode()[:-1],
        "overlong.txt": lambda: _GOOD + b"\xc0\x80\xe0\x80\xaf\xf0\x80\x80\xaf",
        "surrogates.txt": lambda: _GOOD * 3 + b"\xed\xa0\xbd\xed\xb8\x80",
        "ok-escapes.txt": lambda: b"\x1b[31m\x1b]0;title\x07" + _GOOD * 3,
        "ok-carriage-returns.txt": lambda: b"\r".join([_GOOD] * 50),
        "ok-tags.txt": lambda: "".join(chr(0xE0000 + ord(c)) for c in "ignore all").encode() + _GOOD,
        "accents.txt": lambda: ("e" + "\u0301" * 2_000_000).encode(),
        "ok-stacked.txt": lambda: (GOOD + " Z" + "\u0335\u0336\u0337" * 50_000).encode(),
        "one-line.txt": lambda: b"x" * 19_000_000,
        "no-too-long.txt": lambda: _GOOD * 300_000,
        "many-lines.txt": lambda: b"a\n" * 5_000_000,
        "many-words.txt": lambda: b"word " * 2_000_000,
        "no-replacement.txt": lambda: "\ufffd".encode() * 1_000,
        "noncharacters.txt": lambda: (GOOD + "\ufdd0\uffff\U0010ffff").encode(),
        "half-binary.txt": lambda: _GOOD * 100 + random.Random(2).randbytes(10_000),
    }


def _markdown() -> Files:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    signs = {
        "brackets": "[",
        "quotes": "> ",
        "ticks": "`",
        "stars": "*a ",
        "unders": "_a",
        "images": "![",
        "pipes": "|",
    }
    return {
        f"many-{name}.md": lambda sign=sign: (sign * 200_000 + f"\n\n{GOOD}").encode() for name, sign in signs.items()
    } | {
        "yaml-bomb.md": lambda: f"---\n{laughs}---\n\n# Bridge\n\n{GOOD}\n".encode(),
        "yaml-object.md": lambda: f"---\ntitle: !!python/object/apply:os.system ['id']\n---\n\n{GOOD}\n".encode(),
        "yaml-deep.md": lambda: ("---\ntitle: " + "[" * 20_000 + f"\n---\n\n{GOOD}\n").encode(),
        "yaml-without-end.md": lambda: ("---\n" + "title: x\n" * 100_000 + GOOD).encode(),
        "lists-in-lists.md": lambda: "\n".join("  " * n + "- a" for n in range(2_000)).encode(),
        "references.md": lambda: ("\n".join(f"[{n}]: /{n}" for n in range(50_000)) + f"\n\n{GOOD}").encode(),
        "table.md": lambda: (
            "|" + "a|" * 1_000 + "\n|" + "-|" * 1_000 + "\n" + ("|" + "b|" * 1_000 + "\n") * 300
        ).encode(),
        "ok-html-inside.md": lambda: f"# Bridge\n\n<script>alert(1)</script>\n\n{GOOD}\n".encode(),
    }


# PDF


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R", startxref: int | None = None) -> bytes:
    """A PDF file of `objects` with a right table of where they stand, unless told otherwise."""
    out, at = bytearray(b"%PDF-1.7\n"), {}
    for number, inside in objects.items():
        at[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, inside)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(at) + 1)
    for number in range(1, max(at) + 1):
        out += b"%010d 00000 n \n" % at.get(number, 0)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (
        max(at) + 1, trailer, table if startxref is None else startxref,
    )  # fmt: skip
    return bytes(out)


def stream(data: bytes, extra: bytes = b"", length: int | None = None) -> bytes:
    """A PDF stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data) if length is None else length, extra, data)


def objects(text: bytes = b"BT /F1 12 Tf 72 700 Td (" + _GOOD + b") Tj ET", **changed: bytes) -> dict[int, bytes]:
    """The objects of a PDF with one page, some of them changed: `o3=...` is the third."""
    plain = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        4: stream(text),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return plain | {int(name[1:]): inside for name, inside in changed.items()}


def _flate(size: int, times: int = 1) -> bytes:
    """So many zeros, compressed, and that again; never all of them at once."""
    packing = zlib.compressobj(9)
    data = b"".join(packing.compress(bytes(10_000_000)) for _ in range(size // 10_000_000)) + packing.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _pdfs() -> Files:
    good = pdf(objects())

    def broken(seed: int) -> bytes:
        chance, data = random.Random(seed), bytearray(good)
        for _ in range(chance.choice((1, 5, 30))):
            data[chance.randrange(9, len(data))] = chance.randrange(256)
        return bytes(data)

    many = {2: b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000 >>"}
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 5 >>"
    return {f"broken-{seed}.pdf": lambda seed=seed: broken(seed) for seed in range(20)} | {
        "ok-plain.pdf": lambda: good,
        "no-only-head.pdf": lambda: b"%PDF-1.7\n",
        "cut.pdf": lambda: good[: len(good) // 2],
        "no-table.pdf": lambda: good[: good.index(b"xref")],
        "table-far-out.pdf": lambda: pdf(objects(), startxref=2**40),
        "table-negative.pdf": lambda: pdf(objects(), startxref=-5),
        "table-in-a-circle.pdf": lambda: pdf(objects(), trailer=b"/Root 1 0 R /Prev %d" % good.rindex(b"xref\n0")),
        "table-of-zeros.pdf": lambda: good.replace(b" 00000 n", b" 00000 f"),
        "table-too-large.pdf": lambda: good.replace(b"xref\n0 6", b"xref\n0 999999999"),
        "no-root.pdf": lambda: pdf(objects(), trailer=b""),
        "no-root-is-a-number.pdf": lambda: pdf(objects(o1=b"7")),
        "pages-in-a-circle.pdf": lambda: pdf(objects(o2=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")),
        "pages-that-lie.pdf": lambda: pdf(objects(o2=b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>")),
        "pages-negative.pdf": lambda: pdf(objects(o2=b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>")),
        "pages-many.pdf": lambda: pdf(objects() | many),
        "deep-arrays.pdf": lambda: pdf(objects(o6=b"[" * 200_000)),
        "deep-dictionaries.pdf": lambda: pdf(objects(o3=b"<< /A " * 100_000)),
        "no-inflated.pdf": lambda: pdf(objects(o4=stream(_flate(600_000_000), b"/Filter /FlateDecode"))),
        "no-inflated-twice.pdf": lambda: pdf(
            objects(o4=stream(_flate(200_000_000, 2), b"/Filter [/FlateDecode /FlateDecode]"))
        ),
        "ok-length-that-lies.pdf": lambda: pdf(objects(o4=stream(b"BT /F1 12 Tf (" + _GOOD + b") Tj ET", length=9))),
        "length-huge.pdf": lambda: pdf(objects(o4=stream(b"BT (x) Tj ET", length=2**31))),
        "length-of-itself.pdf": lambda: pdf(objects(o4=b"<< /Length 4 0 R >>\nstream\nBT (x) Tj ET\nendstream")),
        "unclosed-states.pdf": lambda: pdf(objects(b"q " * 500_000)),
        "many-words.pdf": lambda: pdf(objects(b"BT /F1 1 Tf " + b"(bridge talks) Tj 0 1 Td " * 50_000 + b"ET")),
        "form-in-itself.pdf": lambda: pdf(objects(b"/X Do", o6=form + b"\nstream\n/X Do\nendstream")),
        "no-page-of-infinite-size.pdf": lambda: pdf(
            objects(b"", o3=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e38 1e38] /Contents 4 0 R >>")
        ),
        "no-scanned.pdf": lambda: pdf(objects(b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q")),
        "encrypted.pdf": lambda: pdf(objects(), trailer=b"/Root 1 0 R /Encrypt << /Filter /Standard /V 9 /R 9 >>"),
        "ok-after-noise.pdf": lambda: b"x" * 500 + b"\n" + good,
        "names-of-noise.pdf": lambda: pdf(objects(b"BT /" + b"#00" * 100_000 + b" 12 Tf (x) Tj ET")),
        "script.pdf": lambda: pdf(
            objects(o1=b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>")
        ),
    }


# Zip files


def zipped(files: Mapping[str, bytes], *, plain: bool = False) -> bytes:
    """A zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def swollen(files: Mapping[str, bytes], name: str, size: int) -> bytes:
    """A zip file in which the file `name` is `size` spaces."""
    out = BytesIO(zipped({other: data for other, data in files.items() if other != name}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as file:
        for _ in range(size // 10_000_000):
            file.write(b" " * 10_000_000)
    return out.getvalue()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def word(document: bytes | str, **others: bytes) -> dict[str, bytes]:
    """The parts of a Word file."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>'.encode(),
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'.encode(),
        "word/document.xml": document.encode() if isinstance(document, str) else document,
    } | others


def _document(inside: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="{_W}"><w:body>{inside}'
        f"<w:p><w:r><w:t>{GOOD}</w:t></w:r></w:p></w:body></w:document>"
    )


def _words() -> Files:
    good = zipped(word(_document("")), plain=True)
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))

    def broken(seed: int) -> bytes:
        chance, data = random.Random(seed), bytearray(good)
        for _ in range(chance.choice((1, 5, 30))):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        return bytes(data)

    def bomb() -> bytes:
        return swollen(word(""), "word/document.xml", 900_000_000)

    def entry(**changed: bytes) -> bytes:
        return zipped(word(_document("")) | {name.replace("__", "/"): data for name, data in changed.items()})

    return {f"broken-{seed}.docx": lambda seed=seed: broken(seed) for seed in range(12)} | {
        "ok-plain.docx": lambda: good,
        "no-zip-bomb.docx": bomb,
        "zip-bomb-beside.docx": lambda: swollen(word(_document("")), "word/media/a.png", 600_000_000),
        "no-zips-in-zips.docx": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c": bytes(99_000_000)})})}),
        "entity-bomb.docx": lambda: zipped(
            word(_document("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", f'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx">{laughs}]>'))
        ),
        "entity-of-a-file.docx": lambda: zipped(
            word(_document("<w:p/>", '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))
        ),
        "deep.docx": lambda: zipped(word(_document("<w:tbl><w:tr><w:tc>" * 20_000))),
        "deep-closed.docx": lambda: zipped(
            word(_document("<w:tbl><w:tr><w:tc>" * 5_000 + "</w:tc></w:tr></w:tbl>" * 5_000))
        ),
        "huge-attribute.docx": lambda: zipped(word(_document(f'<w:p w:a="{"x" * 9_000_000}"/>'))),
        "many-paragraphs.docx": lambda: zipped(word(_document("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 200_000))),
        "no-document.docx": lambda: zipped({"a.txt": _GOOD}),
        "no-types.docx": lambda: zipped({"word/document.xml": _document("").encode()}),
        "ok-paths-out.docx": lambda: entry(**{"..__..__etc__passwd": b"x", "__etc__passwd": b"x"}),
        "many-entries.docx": lambda: zipped(word(_document("")) | {f"a/{n}": b"" for n in range(30_000)}),
        "no-cut.docx": lambda: good[: len(good) // 2],
        "no-cut-tail.docx": lambda: good[:-30],
        "wrong-checksum.docx": lambda: good.replace(b"old town", b"new town"),
        "no-encrypted.docx": lambda: good.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
        ),
        "no-xml.docx": lambda: zipped(word(b"no xml at all")),
        "no-empty-zip.docx": lambda: zipped({}),
        "ok-wide-characters.docx": lambda: zipped(
            word(_document("").replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"))
        ),
        "no-sheet.xlsx": lambda: zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
    }


def epub(chapter: str | bytes, *, head: str = "", items: str = "", times: int = 1) -> dict[str, bytes]:
    """The parts of an e-book with one chapter, named in its spine so many times."""
    spine = '<itemref idref="a"/>' * times
    opf = (
        f'<?xml version="1.0"?>{head}<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
        f'<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    return {
        "META-INF/container.xml": b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        "b.opf": opf.encode(),
        "a.xhtml": chapter.encode() if isinstance(chapter, str) else chapter,
    }


def _books() -> Files:
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    bomb = f'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx">{laughs}]>'
    good = f"<html><body><p>{GOOD}</p></body></html>"
    plain = zipped(epub(good), plain=True)

    def broken(seed: int) -> bytes:
        chance, data = random.Random(seed), bytearray(plain)
        for _ in range(chance.choice((1, 5, 30))):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        return bytes(data)

    return {f"broken-{seed}.epub": lambda seed=seed: broken(seed) for seed in range(12)} | {
        "ok-plain.epub": lambda: plain,
        "ok-wrong-name.docx": lambda: plain,
        "no-zip-bomb.epub": lambda: swollen(epub(""), "a.xhtml", 900_000_000),
        "no-zip-bomb-beside.epub": lambda: swollen(epub(good), "cover.png", 600_000_000),
        "no-spaces.epub": lambda: swollen(epub(""), "a.xhtml", 150_000_000),
        "ok-entity-bomb.epub": lambda: zipped(epub(f"{bomb}<html><body><p>{GOOD}&i;</p></body></html>")),
        "entity-bomb-outside.epub": lambda: zipped(
            epub(good, head=bomb) | {"META-INF/encryption.xml": f"{bomb}<encryption>&i;</encryption>".encode()}
        ),
        "ok-read-once.epub": lambda: zipped(epub(good, times=100_000)),
        "ok-paths-out.epub": lambda: zipped(epub(good, items='<item id="b" href="../../../../etc/passwd"/>')),
        "no-container-of-itself.epub": lambda: zipped(
            {"META-INF/container.xml": b'<container><rootfile full-path="META-INF/container.xml"/></container>'}
        ),
        "deep.epub": lambda: zipped(epub("<div>" * 50_000 + GOOD)),
        "deep-closed.epub": lambda: zipped(epub("<div>" * 20_000 + GOOD + "</div>" * 20_000)),
        "deep-lists.epub": lambda: zipped(epub("<ul><li>" * 100 + GOOD * 1_000 + "</li></ul>" * 100)),
        "many-tables.epub": lambda: zipped(epub("<table><tr><td>a</td><td>b</td></tr></table>" * 50_000)),
        "many-links.epub": lambda: zipped(epub(f"<p>{GOOD}</p>" + "<a href='#x'>1</a>" * 200_000)),
        "huge-attribute.epub": lambda: zipped(epub(f"<p class='{'x' * 9_000_000}'>{GOOD}</p>")),
        "no-xml.epub": lambda: zipped(epub(good) | {"b.opf": b"no xml at all"}),
        "no-cut.epub": lambda: plain[: len(plain) // 2],
        "no-wrong-checksum.epub": lambda: plain.replace(b"old town", b"new town"),
    }


# Lists of things: feeds, lists of feeds, tables


def _feeds() -> Files:
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))

    def rss(inside: str, head: str = "") -> bytes:
        return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel>{inside}</channel></rss>'.encode()

    def item(inside: str, link: str = "") -> str:
        return f"<item><title>T</title>{link}<description>{inside}</description></item>"

    return {
        "entity-bomb.xml": lambda: rss(item("&i;"), f'<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx">{laughs}]>'),
        "entity-of-a-file.xml": lambda: rss(item("&a;"), '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "ok-link-to-a-file.xml": lambda: rss(item(GOOD, "<link>file:///etc/passwd</link>")),
        "ok-link-inwards.xml": lambda: rss(item(GOOD, "<link>http://169.254.169.254/latest/</link>")),
        "ok-link-to-a-script.xml": lambda: rss(item(GOOD, "<link>javascript:alert(1)</link>")),
        "ok-days-of-nonsense.xml": lambda: rss(item(GOOD).replace("<title>", "<pubDate>99 Foo 0000</pubDate><title>")),
        "no-items.xml": lambda: rss(""),
        "no-deep.xml": lambda: rss("<a>" * 100_000),
        "many-items.xml": lambda: rss("<item/>" * 100_000),
        "huge-item.xml": lambda: rss(item("x" * 9_000_000)),
        "ok-page-in-an-item.xml": lambda: rss(item("&lt;p&gt;" + GOOD + "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;")),
        "deep-page-in-an-item.xml": lambda: rss(item("&lt;div&gt;" * 50_000 + GOOD)),
        "no-entity-bomb.opml": lambda: f'<!DOCTYPE o [<!ENTITY a "x">{laughs}]><opml><body>&i;</body></opml>'.encode(),
        "no-deep.opml": lambda: b"<opml><body>" + b"<outline>" * 100_000,
        "no-many.opml": lambda: b"<opml><body>" + b"".join(b"<outline xmlUrl='x%d'/>" % n for n in range(50_000)),
        "no-scripts.opml": lambda: (
            b"<opml><body><outline xmlUrl='javascript:x'/><outline xmlUrl='/etc/passwd'/></body></opml>"
        ),
        "no-inwards.opml": lambda: b"<opml><body><outline xmlUrl='http://127.0.0.1/feed'/></body></opml>",
    }


def _tables() -> Files:
    row = json.dumps({"title": "T", "text": GOOD})
    return {
        "quote-without-end.csv": lambda: f'title,text\nA,"{GOOD}\n'.encode() + b"x,y\n" * 300_000,
        "ok-many-quotes.csv": lambda: f"title,text\nA,{GOOD}\n{chr(34) * 99_998}\n".encode(),
        "ok-zeros.csv": lambda: f"title,text\nA\0B,{GOOD}\n".encode(),
        "many-columns.csv": lambda: (",".join(f"c{n}" for n in range(100_000)) + ",text\n").encode(),
        "no-heads.csv": lambda: b"title,text\n",
        "no-numbers.csv": lambda: b"year,boats\n2020,15\n",
        "ok-same-heads.csv": lambda: f"text,text,text\n{GOOD},b,c\n".encode(),
        "huge-cell.csv": lambda: b"title,text\nA," + b"x" * 19_000_000,
        "ok-formula.csv": lambda: f"title,text\n=cmd|'/c calc'!A1,{GOOD}\n".encode(),
        "ok-utf-16.csv": lambda: f"title;text\nA;{GOOD}\n".encode("utf-16"),
        "no-empty-rows.csv": lambda: b"title,text\n" + b",\n" * 200_000,
        "no-bad-rows.csv": lambda: b"title,text\n" + b"a,b,c\n" * 100_000,
        "no-picture.csv": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5_000),
        "no-deep.json": lambda: b"[" * 1_000_000,
        "no-deep-objects.json": lambda: b'{"a":' * 200_000,
        "no-deep-lines.jsonl": lambda: b"\n".join([b"[" * 100_000] * 20),
        "ok-one-deep-line.jsonl": lambda: (row + "\n").encode() + b'{"a":' * 100_000,
        "no-huge-number.json": lambda: b"[" + b"9" * 5_000_000 + b"]",
        "ok-numbers-that-are-none.jsonl": lambda: f'{row[:-1]}, "date": NaN, "id": Infinity}}\n'.encode(),
        "half-characters.jsonl": lambda: b'{"title": "\\ud800", "text": "\\udfff words \\ud83d here"}',
        "no-many-lists.json": lambda: b"[" + b"[]," * 8_000_000 + b"[]]",
        "no-word.json": lambda: b'"just a string"',
        "no-nothing.json": lambda: b"null",
        "ok-wrong-types.jsonl": lambda: json.dumps(
            {"text": [GOOD, {"a": 1}, None], "title": {"b": []}, "date": {}, "authors": [[{}]]}
        ).encode(),
        "ok-same-names.jsonl": lambda: f'{{"text": "x", "text": {json.dumps(GOOD)}}}'.encode(),
        "ok-mark.json": lambda: b"\xef\xbb\xbf[" + row.encode() + b"]",
        "many-bad-lines.jsonl": lambda: row.encode() + b"\n{bad" * 100_000,
        "ok-days-of-nonsense.csv": lambda: f"text,date\n{GOOD},99/99/9999\n{GOOD} 2,9999999999\n".encode(),
    }


def _wrong_names() -> Files:
    def tar() -> bytes:
        out = BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("../../etc/passwd"))
        return out.getvalue()

    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 13, b"IHDR") + bytes(500)
    return {
        "no-png.txt": lambda: png,
        "no-png.html": lambda: png,
        "no-jpeg.md": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
        "no-gif.pdf": lambda: b"GIF89a" + bytes(900),
        "no-elf.txt": lambda: b"\x7fELF" + bytes(900),
        "no-exe.pdf": lambda: b"MZ\x90\x00" + bytes(range(256)) * 9,
        "no-gzip.html": lambda: gzip.compress(page("")),
        "no-gzip-bomb.txt": lambda: gzip.compress(bytes(100_000_000)),
        "no-tar.txt": tar,
        "no-zip.txt": lambda: zipped({"a.txt": _GOOD}),
        "no-sqlite.txt": lambda: b"SQLite format 3\0" + bytes(900),
        "no-mp3.html": lambda: b"ID3\x04" + bytes(range(256)) * 9,
        "no-pickle.txt": lambda: pickle.dumps([{"a": n} for n in range(999)]),
        "no-class.txt": lambda: b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(range(256)) * 9,
        "no-wasm.md": lambda: b"\0asm\1\0\0\0" + bytes(range(256)) * 9,
        "no-rtf.docx": lambda: b"{\\rtf1 " + _GOOD + b"}",
        "no-old-word.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
        "no-locked-word.docx": lambda: (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
        ),
        "ok-pdf.txt": lambda: pdf(objects()),
        "ok-pdf.html": lambda: pdf(objects()),
        "ok-word.pdf": lambda: zipped(word(_document(""))),
        "ok-page.txt": lambda: page(""),
        "ok-page.pdf": lambda: page(""),
        "ok-page.docx": lambda: page(""),
        "ok-page.csv": lambda: page(""),
        "ok-text.html": lambda: _GOOD * 3,
        "ok-text.pdf": lambda: _GOOD * 3,
        "ok-text.docx": lambda: _GOOD * 3,
        "no-empty.pdf": lambda: b"",
        "no-empty.docx": lambda: b"",
    }
