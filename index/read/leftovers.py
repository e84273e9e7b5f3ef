"""Lines that a page leaves in its text and that belong to no article: share, subscribe, read more, report an error."""

# ruff: noqa: E501 - phrases of one kind are best seen on one line

from __future__ import annotations

import re
from collections.abc import Sequence

_CHARS = 220  # a leftover is short; a long paragraph that begins like one is kept
_LABEL_CHARS = 60

# What stands before links to other stories, in the languages that news is most read in.
_LABEL = r"""(?:
    (?:read|see|watch|learn|discover)\s(?:more|also|next|on)(?:\s(?:here|on\sthis|stories|about\sthis|from\s.{3,30}))?
    | also\s(?:read|see|on\s.{3,30}) | don['’]?t\smiss | must[-\s]reads? | more(?:\s(?:on\sthis|stories|coverage|news
      |(?:on|from|about|in)\s.{3,40}))? | related(?:\s(?:stor(?:y|ies)|articles?|links?|posts?|topics?|content|news
      |coverage|reading))? | recommended(?:\s(?:for\syou|reading|stories|articles|videos))?
    | you\s(?:may|might)(?:\salso)?\s(?:like|enjoy|be\sinterested\sin) | further\sreading | most\s(?:popular|read|viewed)
    | trending(?:\snow)? | latest\s(?:news|stories) | top\sstories | in\scase\syou\smissed\sit | editor['’]?s\spicks?
    | around\sthe\sweb | what\sto\sread\snext | popular\s(?:posts|articles|stories) | stor(?:y|ies)\scontinues?\sbelow
    | lesen\ssie\s(?:auch|mehr|hier) | mehr\s(?:zum\sthema|lesen) | auch\sinteressant | das\skönnte\ssie\s(?:auch\s)?interessieren
    | lire\s(?:aussi|également|la\ssuite) | à\slire\s(?:aussi|également) | sur\sle\smême\s(?:sujet|thème)
    | lea\s(?:también|más|además) | lee\s(?:también|más) | le\spuede\sinteresar | te\spuede\sinteresar | noticias\srelacionadas
    | leia\s(?:também|mais) | veja\s(?:também|mais) | leggi\s(?:anche|di\spiù) | lees\s(?:ook|meer) | czytaj\s(?:też|także|więcej)
    | читайте\sтакже | читать\sтакже | по\sтеме | 関連記事 | 相关阅读
    )"""
_SITES = r"(?:\W|share|tweet|pin|print|e-?mail|facebook|twitter|x|whatsapp|linkedin|reddit|telegram|pinterest)"
_READ_ON = re.compile(_LABEL, re.IGNORECASE | re.VERBOSE)
_LEFTOVER = re.compile(
    rf"""\W*(?:
    # other stories
      {_LABEL}(?:\s*$|.{{0,5}}[:|>»])
    | (?:like|enjoy(?:ed)?)\sth(?:is|e)\s(?:story|article|post)\b
    # share, print, save, follow
    | share(?:\s(?:this|on|with|via)\b.{{0,60}}|:)?$ | (?:print|save|e-?mail|bookmark)\s(?:this|article|page|story)\b.{{0,30}}$
    | (?:share|tweet|pin\sit|copy\slink){_SITES}*$ | (?:facebook|twitter){_SITES}+$ | $
    | (?:follow|like|join|find)\s.{{0,60}}\s(?:on|at)\s(?:twitter|facebook|instagram|telegram|x|tiktok|youtube|linkedin|@)
    | (?:teilen|artikel\steilen|drucken|partager|imprimer|compartir|compartilh(?:ar|e)|condividi|delen|udostępnij
      |поделиться)\b.{{0,40}}$
    # subscribe, sign up, sign in
    | (?:please\s)?(?:subscribe|sign\sup)\s(?:to|for|now|here|today)\b | (?:subscribe|sign\s(?:in|up)|log\sin|register)\W*$
    | (?:get|have|receive)\s.{{0,60}}\b(?:in|to)\syour\s(?:in)?box
    | thank(?:s|\syou)\sfor\s(?:signing\sup|subscribing|contacting\sus) | keep\san\seye\son\syour\sinbox
    | .{{0,200}}\bclick\shere\s(?:for\smore|to\s(?:subscribe|sign|join))
    | .{{0,120}}\bdownload\s.{{0,40}}\bapps?\b.{{0,30}}$
    | (?:abonnieren\ssie|jetzt\sabonnieren|newsletter\sabonnieren|abonnez-vous|inscrivez-vous|suscr[ií]b(?:e|a)(?:te|se)
      |assine\s|inscreva-se|iscriviti|abonneer|подпи(?:шитесь|сывайтесь))\b
    # comments, letters, errors
    | (?:tell\sus\swhat\syou\sthink|leave\sa\s(?:reply|comment)|post\sa\scomment|add\sa\scomment|your\scomment|join\sthe\sconversation
      |(?:view|show|read|see)\s(?:all\s)?(?:\d+\s)?comments|have\syour\ssay|what\sdo\syou\sthink\?$)
    | (?:\d+\s)?(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|комментари[ийев]+)
      (?:\s?\(?\d*\)?)?:?$
    | (?:schreiben\ssie\seinen\skommentar|laissez\sun\scommentaire|deja(?:r)?\s(?:un|su)\scomentario|deixe\s(?:um|seu)\scomentário
      |оставить\sкомментарий)
    | (?:submit\syour|send\s(?:us\s)?(?:a|your))\sletters?\s(?:to\sthe\seditor)? | your\s(?:name|e-?mail)(?:\s\(.{{0,30}}\))?\W*$
    | your\semail\saddress\swill\snot\sbe\spublished | required\sfields\sare\smarked
    | (?:report|spotted|found|see)\s(?:a\s|an\s)?(?:spelling\s)?(?:error|mistake|typo)\b
    | error\spage\surl | text\scontaining\serror | нашли\sошибку | fehler\sgefunden | signaler\sune\serreur
    # advertising, cookies, rights
    | (?:advertis(?:ement|ing)|sponsored(?:\scontent)?|(?:story|article)\scontinues\s(?:below|after)|anzeige|werbung|publicité
      |publicidad|publicidade|pubblicità|advertentie|reklama|реклама|no\scomments|reply|tags?|loading|skip\sto\s.{{3,20}})\W*$
    | (?:we|this\s(?:post|article|page|site))\s(?:may\s)?(?:earns?|contains?|receives?)\s.{{0,40}}(?:commission|affiliate|advertisers)
    | (?:all\srights\sreserved|copyright\b|©|\(c\)\s\d{{4}}) | (?:accept|we\suse|(?:this|our)\s(?:site|website)\suses|wir\sverwenden
      |nous\sutilisons|utilizamos|usamos)\s.{{0,30}}cookies
    # who, when and where to
    | (?:author|editor)[`´'’]?s?(?:\sname)?:?\s(?-i:[A-ZÀ-Þ])[\w.\s'’-]{{2,40}}$
    | (?:tags?|topics?|categor(?:y|ies)|filed\sunder|posted\sin|schlagw(?:örter|orte)|étiquettes|etiquetas|теги)\s?:.{{0,160}}$
    | filed\sunder | got\sa\s(?:tip|story) | have\sa\stip\b | about\sthe\sauthors?\W*$
    | (?:\d{{1,2}}\s?min(?:ute)?s?\s(?:read|to\sread)|(?:reading\stime|read\stime|lesezeit|temps\sde\slecture|tiempo\sde\slectura
      |tempo\sde\sleitura|tempo\sdi\slettura|leestijd)\b.{{0,25}})$
    | (?:enlarge|view|open)\s(?:image|photo|gallery)s?\W*$ | (?:image|photo|picture)\s?credits?\W*$ | credit:$
    | (?:back\sto\stop|nach\soben|next\s(?:article|story|post)|previous\s(?:article|story|post))\b.{{0,5}}$
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_leftover(line: str) -> bool:
    """Whether `line` is such a line."""
    return len(line) <= _CHARS and _LEFTOVER.match(line) is not None


def is_link_label(text: str) -> bool:
    """Whether `text` is what stands before links to other stories: "Read more:", "Related articles"."""
    return len(text) <= _LABEL_CHARS and _READ_ON.fullmatch(text.strip(" :|>»•·–—-.!…*_→")) is not None


def without_leftovers(blocks: Sequence[str], title: str) -> list[str]:
    """`blocks` without leftovers, and without the title when it stands above the text once more."""
    kept = [block for block in blocks if not is_leftover(block)]
    if len(kept) > 1 and _plain(kept[0]) == _plain(title):
        kept = kept[1:]
    return kept or list(blocks)


def cut_leftovers(text: str) -> str:
    """`text`, copied from a page, without the menu above its title, the page's lines in it and what follows it."""
    lines = text.split("\n")
    begin = _menu_end(lines)
    lines = lines[begin:]
    end = _article_end(lines)
    # One such line in a text is its author's; several, or one beside a menu, show where it was copied from.
    is_copy = begin > 0 or end < len(lines) or sum(map(_is_page_line, lines)) > 1
    kept = [line for n, line in enumerate(lines[:end]) if n == 0 or not (is_copy and _is_page_line(line))]
    return _BLANK.sub("\n\n", "\n".join(kept)).strip("\n") or text


_BLANK = re.compile(r"\n{3,}")
_MENU = re.compile(
    r"""\W*(?:home(?:page)?|menu|(?:open|close|main)\smenu|close|search|news|sports?|business|opinion|world|politics|weather|videos?
    |contact(?:\sus)?|about(?:\sus)?|sign\sin|log\sin|my\saccount|subscribe|skip\sto.{3,25}|newsletters?|culture|technology|tech|science
    |health|travel|entertainment|live|local|more|startseite|suche|anmelden|accueil|recherche|inicio|buscar|início|главная|поиск
    |меню|новости)\W*|(?:home|news|start(?:seite)?|accueil|inicio|главная)(?:\s?[>›»/|]\s?.{2,40}){1,5}""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS_BEGIN = re.compile(
    r"\W*(?:\d+ comments?|comments? ?\(\d+\)|leave a (?:reply|comment)|post a comment|join the conversation"
    r"|about the authors?|\d+ (?:kommentare|commentaires|comentarios|комментари\w+))\W*",
    re.IGNORECASE,
)
_PROSE_CHARS = 160  # a headline or a teaser is shorter


def _menu_end(lines: Sequence[str]) -> int:
    """Where the lines of a menu end that stand above the title; 0 without one."""
    end = found = 0
    for n, line in enumerate(lines[:60]):
        if line and (_MENU.fullmatch(line) or is_leftover(line)):
            end, found = n + 1, found + 1 + bool(re.search("[>›»]", line))
        elif len(line) > 30 or line.count(" ") > 2:
            break
    return end if found > 1 and any(map(str.strip, lines[end:])) else 0


def _article_end(lines: Sequence[str]) -> int:
    """Where comments, lists of other stories and the page's own lines begin that stand below an article."""
    end, chars, total = len(lines), 0, sum(map(len, lines))
    for n, line in enumerate(lines):
        if n and chars > 0.3 * total and (_COMMENTS_BEGIN.fullmatch(line) or _only_links_follow(lines, n)):
            end = n
            break
        chars += len(line)
    while end > 1 and (not any(map(str.isalnum, lines[end - 1])) or is_leftover(lines[end - 1])):
        end -= 1
    return end


def _only_links_follow(lines: Sequence[str], n: int) -> bool:
    """Whether line `n` is "Related articles" or its like and only short lines come after it."""
    return is_link_label(lines[n]) and all(len(line) < _PROSE_CHARS for line in lines[n + 1 :])


def _is_page_line(line: str) -> bool:
    return any(map(str.isalnum, line)) and is_leftover(line)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
