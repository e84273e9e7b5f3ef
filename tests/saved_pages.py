"""Web pages as sites serve them, each with what a reader of it would say: its title and its day of publication.

The markup follows the shapes that real sites use; the names, stories and days are made up. Around each article stand
the things that mislead: a menu, other stories with their days, comments, a day of the last change, a copyright year.
"""

# ruff: noqa: E501 - markup is best seen on one line, and other alphabets have look-alike letters

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape

STORIES = {
    "en": "The harbour board met on Tuesday evening and voted to rebuild the old pier, which a storm had carried off in the winter. Work is to begin once the ice has gone, and the ferry will land at the north quay until it is done.",
    "de": "Der Hafenrat hat am Dienstagabend beschlossen, die alte Mole wieder aufzubauen, die ein Sturm im Winter fortgerissen hatte. Die Arbeiten beginnen, sobald das Eis fort ist, und die Fähre legt bis dahin am Nordkai an.",
    "fr": "Le conseil du port a décidé mardi soir de reconstruire la vieille jetée, qu'une tempête avait emportée pendant l'hiver. Les travaux commenceront dès que la glace aura fondu, et le bac accostera au quai nord jusque-là.",
    "es": "La junta del puerto decidió el martes por la noche reconstruir el viejo muelle, que una tormenta se llevó en invierno. Las obras empezarán cuando se haya ido el hielo, y el transbordador atracará entretanto en el muelle norte.",
    "it": "Il consiglio del porto ha deciso martedì sera di ricostruire il vecchio molo, che una tempesta aveva portato via in inverno. I lavori cominceranno quando il ghiaccio sarà sciolto, e il traghetto attraccherà intanto alla banchina nord.",
    "pt": "O conselho do porto decidiu na terça-feira à noite reconstruir o velho cais, que uma tempestade levou no inverno. As obras começam quando o gelo derreter, e a balsa vai atracar até lá no cais norte da cidade.",
    "nl": "De havenraad besloot dinsdagavond de oude pier te herbouwen, die een storm in de winter had weggeslagen. Het werk begint zodra het ijs weg is, en de veerboot legt tot die tijd aan bij de noordelijke kade.",
    "pl": "Rada portu postanowiła we wtorek wieczorem odbudować stare molo, które zimą porwał sztorm. Prace zaczną się, gdy tylko zejdzie lód, a prom będzie do tego czasu przybijał do nabrzeża północnego.",
    "ru": "Совет порта решил во вторник вечером восстановить старый причал, который зимой унёс шторм. Работы начнутся, как только сойдёт лёд, а паром до тех пор будет приставать к северной набережной.",
    "sv": "Hamnstyrelsen beslutade på tisdagskvällen att bygga upp den gamla piren, som en storm tog med sig i vintras. Arbetet börjar när isen har gått, och färjan lägger till vid norra kajen så länge.",
    "tr": "Liman kurulu salı akşamı, kışın bir fırtınanın götürdüğü eski iskeleyi yeniden yapmaya karar verdi. Çalışmalar buzlar çözülünce başlayacak, vapur o zamana kadar kuzey rıhtımına yanaşacak.",
    "ja": "港湾委員会は火曜日の夜、冬の嵐で流された古い桟橋を再建することを決めた。工事は氷が解け次第始まり、それまで渡し船は北の岸壁に着くことになる。住民は計画を歓迎している。",
    "zh": "港口委员会周二晚上决定重建冬天被风暴冲走的旧码头。冰融化之后工程就会开始，在此之前渡船将停靠北岸。居民们对这个计划表示欢迎，并希望夏天之前完工。",
}
MORE = {
    "en": ("Nobody spoke against the plan, though some asked who would pay for the lamps along the way.", "The harbour master said that the money had been set aside years ago and would be enough for the whole of the work.", "Visitors will find the café at the head of the pier open again by the summer, and the boat house soon after it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page and what it says of itself."""

    name: str
    html: str
    title: str
    published: date | None
    url: str | None = None
    authors: tuple[str, ...] | None = None  # None: not compared

    def __str__(self) -> str:
        return self.name


DAY = date(2023, 4, 7)
TITLE = "Harbour board votes to rebuild the old pier"
OTHER = (
    '<aside class="related"><h3>More stories</h3><a href="/a"><h4>Storm closes the north quay for a week</h4></a>'
    '<time datetime="2023-05-30">30 May 2023</time></aside>'
)
COMMENTS = (
    '<section id="comments"><h3>2 comments</h3><div class="comment"><b>Ann</b> <time datetime="2023-04-11T08:00">11 April '
    '2023</time><p>At last.</p></div><div class="comment"><b>Ben</b> <span class="comment-date">April 12, 2023</span><p>Too '
    "dear.</p></div></section>"
)
FOOTER = "<footer><p>© 2024 Quayside Courier. All rights reserved. Last build: 2024-01-31.</p></footer>"
MENU = '<header><nav><a href="/">Home</a> <a href="/news">News</a> <a href="/port">Port</a></nav><div class="today">Friday, 2 February 2024</div></header>'


def saved(
    name: str,
    *,
    head: str = "",
    above: str = "",
    below: str = "",
    title: str = TITLE,
    page_title: str | None = None,
    heading: str | None = None,
    published: date | None = DAY,
    language: str = "en",
    url: str | None = None,
    authors: tuple[str, ...] | None = None,
    wrap: str = "<article>{}</article>",
    after: str = OTHER + COMMENTS + FOOTER,
    menu: str = MENU,
) -> SavedPage:
    """A page whose article has `above` between its heading and its text and `below` under it."""
    paragraphs = [STORIES[language], *MORE.get(language, (STORIES[language][:80] + ".",) * 0), STORIES[language][::1]]
    story = "".join(f"<p>{escape(text)}</p>" for text in dict.fromkeys(paragraphs))
    heading = f"<h1>{escape(title)}</h1>" if heading is None else heading
    page_title = f"{title} | Quayside Courier" if page_title is None else page_title
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(page_title)}</title>{head}'
        f"</head><body>{menu}<main>{wrap.format(heading + above + story + below)}</main>{after}</body></html>"
    )
    return SavedPage(name, html, title, published, url, authors)


def linked(json: str) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{json}</script>'


def named(name: str, content: str) -> str:
    """A meta tag with a name."""
    return f'<meta name="{name}" content="{content}">'


def graph(name: str, content: str) -> str:
    """A meta tag with an Open Graph property."""
    return f'<meta property="{name}" content="{content}">'


JSON_LD = (
    saved("one object", head=linked('{"@context":"https://schema.org","@type":"NewsArticle","headline":"Harbour board votes to rebuild the old pier","datePublished":"2023-04-07T06:30:00+01:00","dateModified":"2023-04-09T10:00:00+01:00","author":{"@type":"Person","name":"Mary Lamb"}}'), authors=("Mary Lamb",)),
    saved("a graph with the site and the page", head=linked('{"@graph":[{"@type":"WebSite","name":"Quayside Courier","datePublished":"2011-01-01"},{"@type":"WebPage","datePublished":"2023-04-06","dateModified":"2023-06-01"},{"@type":"Article","headline":"Harbour board votes to rebuild the old pier","datePublished":"2023-04-07T06:30:00+00:00","author":[{"@type":"Person","name":"Mary Lamb"},{"@type":"Person","name":"Tom Reed"}]}]}'), authors=("Mary Lamb", "Tom Reed")),
    saved("a graph of a page without an article", head=linked('{"@context":"https://schema.org","@graph":[{"@type":"WebPage","name":"Harbour board votes to rebuild the old pier","datePublished":"2023-04-07T06:30:00+00:00","dateModified":"2023-06-01"},{"@type":"BreadcrumbList","itemListElement":[]}]}')),
    saved("a list of objects", head=linked('[{"@type":"Organization","name":"Quayside Courier","foundingDate":"1902-05-01"},{"@type":"ReportageNewsArticle","datePublished":"2023-04-07"}]')),
    saved("a list of types", head=linked('{"@type":["NewsArticle","AnalysisNewsArticle"],"datePublished":"2023-04-07T23:59:00-08:00"}')),
    saved("the full address as type", head=linked('{"@type":"http://schema.org/BlogPosting","datePublished":"2023-04-07"}')),
    saved("an article as main entity of the page", head=linked('{"@type":"WebPage","datePublished":"2020-01-01","mainEntity":{"@type":"Article","datePublished":"2023-04-07"}}')),
    saved("an article inside mainEntityOfPage's opposite", head=linked('{"@type":"Article","mainEntityOfPage":{"@type":"WebPage","@id":"https://courier.example/pier"},"datePublished":"2023-04-07"}')),
    saved("line breaks inside strings", head=linked('{"@type":"NewsArticle","description":"Line one\nline two","datePublished":"2023-04-07"}')),
    saved("broken, beside a sound one", head=linked('{"@type":"NewsArticle","datePublished":"2023-04-05",}') + linked('{"@type":"NewsArticle","datePublished":"2023-04-07"}')),
    saved("in an HTML comment", head=linked('<!-- {"@type":"NewsArticle","datePublished":"2023-04-07"} -->')),
    saved("in CDATA", head=linked('//<![CDATA[\n{"@type":"NewsArticle","datePublished":"2023-04-07"}\n//]]>')),
    saved("ended by a semicolon", head=linked('{"@type":"NewsArticle","datePublished":"2023-04-07"};')),
    saved("a related story's object after the article's", head=linked('{"@type":"NewsArticle","headline":"Harbour board votes to rebuild the old pier","datePublished":"2023-04-07"}') + linked('{"@type":"NewsArticle","headline":"Storm closes the north quay","datePublished":"2023-05-30"}')),
    saved("a related story's object before the article's", head=linked('{"@type":"NewsArticle","headline":"Storm closes the north quay for a week","datePublished":"2023-05-30"}') + linked('{"@type":"NewsArticle","headline":"Harbour board votes to rebuild the old pier","datePublished":"2023-04-07"}')),
    saved("a video's upload day beside the article", head=linked('{"@type":"VideoObject","name":"Storm at the pier","uploadDate":"2022-12-01","datePublished":"2022-12-01"}') + linked('{"@type":"NewsArticle","datePublished":"2023-04-07"}')),
    saved("in the body, with a charset in its type", below='<script type="application/ld+json; charset=utf-8">{"@type":"NewsArticle","datePublished":"2023-04-07"}</script>'),
    saved("an escaped headline", title="Pier & quay: “rebuild it”", head=linked('{"@type":"NewsArticle","headline":"Pier &amp; quay: &ldquo;rebuild it&rdquo;","datePublished":"2023-04-07"}'), heading=""),
    saved("a headline cut at 110 characters", title="Harbour board votes, after three winters of argument about money and lamps, to rebuild the old pier that the storm took", head=linked('{"@type":"NewsArticle","headline":"Harbour board votes, after three winters of argument about money and lamps, to rebuild the old pier that the","datePublished":"2023-04-07"}')),
    saved("milliseconds since 1970", head=linked('{"@type":"NewsArticle","datePublished":1680849000000}')),
    saved("a day in words", head=linked('{"@type":"NewsArticle","datePublished":"April 7, 2023, 6:30 am"}')),
    saved("only a changed day", head=linked('{"@type":"NewsArticle","dateModified":"2023-04-09"}'), published=None, after=FOOTER),
)  # fmt: skip

METAS = (
    saved("article:published_time", head=graph("article:modified_time", "2023-04-09T10:00:00Z") + graph("article:published_time", "2023-04-07T06:30:00Z")),
    saved("published_time with a space and zone", head=graph("article:published_time", "2023-04-07 06:30:00 +0100")),
    saved("og:published_time under name", head='<meta name="article:published_time" content="2023-04-07">'),
    saved("og:title with the site", head=graph("og:title", "Harbour board votes to rebuild the old pier - Quayside Courier") + graph("og:site_name", "Quayside Courier") + graph("article:published_time", "2023-04-07"), heading="", page_title="Quayside Courier"),
    saved("og:title instead of a clipped title", head=graph("og:title", TITLE) + graph("article:published_time", "2023-04-07"), heading="", page_title="Harbour board votes to…"),
    saved("twitter:title", head=named("twitter:title", TITLE) + named("date", "2023-04-07"), heading="", page_title="Quayside Courier – News from the port"),
    saved("sailthru", head=named("sailthru.title", TITLE) + named("sailthru.date", "2023-04-07 06:30:00") + named("sailthru.author", "Mary Lamb"), authors=("Mary Lamb",)),
    saved("parsely", head=named("parsely-title", TITLE) + named("parsely-pub-date", "2023-04-07T06:30:00Z") + named("parsely-author", "Mary Lamb"), authors=("Mary Lamb",)),
    saved("parsely's page object", head=named("parsely-page", '{&quot;title&quot;:&quot;Harbour board votes to rebuild the old pier&quot;,&quot;pub_date&quot;:&quot;2023-04-07T06:30:00Z&quot;}')),
    saved("Dublin Core", head=named("DC.title", TITLE) + named("DC.date.issued", "2023-04-07") + named("DC.creator", "Lamb, Mary")),
    saved("Dublin Core terms", head=named("dcterms.modified", "2023-06-01") + named("dcterms.issued", "2023-04-07")),
    saved("Dublin Core date with a colon", head=named("dc:date", "2023-04-07")),
    saved("a journal's citation metas", head=named("citation_title", TITLE) + named("citation_publication_date", "2023/04/07") + named("citation_author", "Mary Lamb"), heading="", page_title="QC 12(3)", authors=("Mary Lamb",)),
    saved("citation_date in slashes", head=named("citation_date", "2023/4/7")),
    saved("pubdate in compact digits", head=named("pubdate", "20230407")),
    saved("publish-date as RFC 822", head=named("publish-date", "Fri, 07 Apr 2023 06:30:00 GMT")),
    saved("date as written by a program", head=named("date", "Fri Apr 07 06:30:00 CEST 2023")),
    saved("cXense", head=named("cXenseParse:recs:publishtime", "2023-04-07T06:30:00.000Z")),
    saved("itemprop on a meta", head='<meta itemprop="datePublished" content="2023-04-07">'),
    saved("last-modified only", head=named("last-modified", "2023-06-01") + graph("og:updated_time", "2023-06-02"), published=None, after=FOOTER),
    saved("a fetch time in a meta", head=named("retrieved", "2024-02-02") + named("article.published", "2023-04-07")),
    saved("bt:pubDate", head=graph("bt:pubDate", "2023-04-07T06:30:00Z")),
    saved("rnews in RDFa", above='<span property="rnews:datePublished" content="2023-04-07T06:30">7 April</span>'),
)  # fmt: skip

MARKUP = (
    saved("microdata", wrap='<div itemscope itemtype="https://schema.org/NewsArticle">{}</div>', heading=f'<h1 itemprop="headline">{TITLE}</h1>', above='<span itemprop="dateModified" content="2023-04-09">9 April</span><span itemprop="datePublished" content="2023-04-07">7 April</span>'),
    saved("microdata on a time tag", above='<time itemprop="datePublished" datetime="2023-04-07T06:30">Friday</time>'),
    saved("RDFa with schema.org", wrap='<div vocab="https://schema.org/" typeof="Article">{}</div>', heading=f'<h1 property="headline">{TITLE}</h1>', above='<span property="datePublished" content="2023-04-07">7 Apr</span>'),
    saved("RDFa with Dublin Core", above='<span property="dc:date dc:created" content="2023-04-07T06:30:00+00:00" datatype="xsd:dateTime">Fri, 04/07/2023</span>'),
    saved("hAtom", wrap='<div class="hentry">{}</div>', heading=f'<h1 class="entry-title">{TITLE}</h1>', above='<abbr class="published" title="2023-04-07T06:30:00">yesterday</abbr>'),
    saved("a time tag with pubdate", above='<time pubdate datetime="2023-04-07">7 April</time>'),
    saved("a changed time before the published", above='<p><time class="updated" datetime="2023-04-09">9 April 2023</time> <time class="entry-date published" datetime="2023-04-07">7 April 2023</time></p>'),
    saved("one time tag under 'Updated'", above='<p>Updated: <time datetime="2023-04-09">9 April 2023</time></p><p>Published: <time datetime="2023-04-07">7 April 2023</time></p>'),
    saved("time in words", above="<time>April 7, 2023</time>"),
    saved("time of another story first", menu=MENU + '<div class="ticker"><a href="/z">Ferry late <time datetime="2024-02-01">1 Feb</time></a></div>', above='<time datetime="2023-04-07">7 April</time>'),
    saved("an event's time inside the text", above='<p class="posted-on">Posted on April 7, 2023</p>', below='<p>The opening is on <time datetime="2023-09-01">1 September</time>, and all are invited to come and see it.</p>'),
    saved("a class of the content system", above='<div class="field field--name-field-date">7 April 2023 - 06:30</div>'),
    saved("data-timestamp", above='<span class="timestamp" data-timestamp="1680849000">2 hours ago</span>'),
    saved("an id instead of a class", above='<div id="pubdate">April 7, 2023</div>'),
)  # fmt: skip

TITLES = (
    saved("a site after a bar", heading="", page_title=f"{TITLE} | Quayside Courier", head=named("date", "2023-04-07")),
    saved("a site after a dash", heading="", page_title=f"{TITLE} - Quayside Courier", head=graph("og:site_name", "Quayside Courier") + named("date", "2023-04-07")),
    saved("a site after a long dash, its name in the address", heading="", page_title=f"{TITLE} — Quayside Courier", url="https://www.quaysidecourier.example/pier", head=named("date", "2023-04-07")),
    saved("a section and a site", heading="", page_title=f"{TITLE} | Port | Quayside Courier", head=graph("og:site_name", "Quayside Courier") + graph("og:title", TITLE) + named("date", "2023-04-07")),
    saved("the site first", page_title=f"Quayside Courier: {TITLE}", head=named("date", "2023-04-07")),
    saved("the logo as first heading", heading=f'<h1 class="logo"><a href="/">Quayside Courier</a></h1><h1>{TITLE}</h1>', head=named("date", "2023-04-07")),
    saved("a dash of its own", title="Pier - a word with two meanings", page_title="Pier - a word with two meanings | Quayside Courier", head=named("date", "2023-04-07")),
    saved("a bar of its own", title="Opinion | Rebuild the pier, but not like this", page_title="Opinion | Rebuild the pier, but not like this - Quayside Courier", head=named("date", "2023-04-07")),
    saved("a kicker inside the heading's box", heading='<div class="kicker">Port</div><h1><span>Harbour board votes</span> <em>to rebuild</em> the old pier</h1>', head=named("date", "2023-04-07")),
    saved("a second-level heading", heading=f"<h2>{TITLE}</h2>", page_title=f"{TITLE} - Quayside Courier", head=graph("og:site_name", "Quayside Courier") + named("date", "2023-04-07")),
    saved("an entity in the title", title="Pier & quay “to be one”", head=named("date", "2023-04-07")),
)  # fmt: skip

BYLINES = (
    saved("by and day", above='<p class="byline">By <a href="/mary">Mary Lamb</a> | 7 April 2023</p>', authors=("Mary Lamb",)),
    saved("by, role and day", above='<div class="author">By Mary Lamb, Port Correspondent</div><div class="date">Apr. 7, 2023 6:30 am ET</div>', authors=("Mary Lamb",)),
    saved("published and updated in one line", above="<p>Published 7 April 2023, 06:30 BST | Updated 9 April 2023, 10:00 BST</p>"),
    saved("updated first", above="<p>Updated 9 April 2023 · Published 7 April 2023</p>"),
    saved("day after the place", above='<p class="dateline">PORT ELLEN, April 7, 2023 —</p>'),
    saved("American digits that are clear", published=date(2023, 4, 17), above='<span class="post-date">04/17/2023</span>'),
    saved("European digits that are clear", published=date(2023, 4, 17), above='<span class="post-date">17/04/2023</span>'),
    saved("digits that could be two days, in English", published=None, above='<span class="post-date">04/07/2023</span>', after=FOOTER),
    saved("the day in the address", url="https://courier.example/2023/04/07/pier.html", after=FOOTER),
    saved("a copyright year only", published=None, menu="", after=FOOTER),
    saved("a comment's day only", published=None, after=COMMENTS + FOOTER),
    saved("a day to come", published=None, head=named("date", "2099-01-01"), after=FOOTER),
    saved("an event in the text only", published=None, below="<p>The pier was opened on 7 June 1902 by the queen.</p>", after=FOOTER),
)  # fmt: skip

LANGUAGES = (
    saved("German", language="de", title="Hafenrat baut die alte Mole wieder auf", above='<div class="datum">Veröffentlicht am 7. April 2023 um 6:30 Uhr</div>'),
    saved("German digits", language="de", title="Hafenrat baut die alte Mole wieder auf", above="<p>Von Maria Lamm, 07.04.2023, 06:30 Uhr</p>"),
    saved("German, changed first", language="de", title="Hafenrat baut die alte Mole wieder auf", above="<p>Aktualisiert am 9. April 2023 | Erstellt am 7. April 2023</p>"),
    saved("Austrian January", language="de", title="Hafenrat baut die alte Mole wieder auf", published=date(2023, 1, 7), above='<span class="date">7. Jänner 2023</span>'),
    saved("French", language="fr", title="Le port rebâtit sa vieille jetée", above="<p>Publié le vendredi 7 avril 2023 à 06h30, mis à jour le 9 avril 2023 à 10h00</p>"),
    saved("French first of the month", language="fr", title="Le port rebâtit sa vieille jetée", published=date(2023, 8, 1), above='<span class="date">1er août 2023</span>'),
    saved("French digits", language="fr", title="Le port rebâtit sa vieille jetée", above='<p class="date">Publié le 07/04/2023 à 06:30</p>'),
    saved("Spanish", language="es", title="El puerto reconstruye su viejo muelle", above='<p class="fecha">Viernes, 7 de abril de 2023</p>'),
    saved("Spanish digits", language="es", title="El puerto reconstruye su viejo muelle", above="<p>Publicado: 07/04/2023 06:30</p>"),
    saved("Spanish, month in capitals", language="es", title="El puerto reconstruye su viejo muelle", above='<time>07 ABR 2023 - 06:30 CEST</time>'),
    saved("Italian", language="it", title="Il porto ricostruisce il vecchio molo", above='<span class="data">7 aprile 2023 alle 06:30</span>'),
    saved("Italian with its label", language="it", title="Il porto ricostruisce il vecchio molo", above="<p>Pubblicato il 7 aprile 2023</p>"),
    saved("Portuguese", language="pt", title="Porto reconstrói o velho cais", above="<p>Publicado em 7 de abril de 2023 às 06h30</p>"),
    saved("Portuguese digits", language="pt", title="Porto reconstrói o velho cais", above='<p class="data">07/04/2023 06h30 - Atualizado em 09/04/2023 10h00</p>'),
    saved("Dutch", language="nl", title="Haven herbouwt de oude pier", above='<span class="datum">7 april 2023, 06:30 uur</span>'),
    saved("Polish", language="pl", title="Port odbuduje stare molo", above='<span class="date">7 kwietnia 2023, 06:30</span>'),
    saved("Russian", language="ru", title="Порт восстановит старый причал", above='<div class="article__date">7 апреля 2023, 06:30</div>'),
    saved("Russian with the year's sign", language="ru", title="Порт восстановит старый причал", above="<p>Опубликовано: 07.04.2023 г.</p>"),
    saved("Swedish", language="sv", title="Hamnen bygger upp den gamla piren", above='<span class="date">Publicerad 7 april 2023</span>'),
    saved("Turkish", language="tr", title="Liman eski iskeleyi yeniden yapıyor", above='<span class="date">7 Nisan 2023 06:30</span>'),
    saved("Japanese", language="ja", title="港が古い桟橋を再建へ", above='<span class="date">2023年4月7日 6時30分</span>'),
    saved("Chinese", language="zh", title="港口重建旧码头", above='<span class="date">发布时间：2023-04-07 06:30</span>'),
)  # fmt: skip

SAVED_PAGES = (*JSON_LD, *METAS, *MARKUP, *TITLES, *BYLINES, *LANGUAGES)
