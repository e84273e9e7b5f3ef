"""What in the words of strangers could pass for something else: orders to a model, marks of ours, links."""

from __future__ import annotations

import re
import unicodedata

# Invisible, or turning the direction of the text: with them words read otherwise than they are.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_LOOK_ALIKE = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "【": "(", "】": ")", "`": "'", "|": "¦"})
_HEADS = re.compile(r"^\W*(?:(?:article|question|answer|sources?|system|user|assistant|human|ai|developer)\s*:)", re.I)

_LINK = re.compile(
    r"(?:https?|ftp|javascript|vbscript|wss?)\s*:|\b(?:data|file|tel|mailto):\S|//\w|www\.|!\(|\]\(|\)\(|src\s*=|href\s*=",
    re.I,
)

# Orders to whoever reads for someone: a verb of saying or doing put to them, or talk of their instructions.
_THEIRS = (
    r"(?:your|the|all|any|these|those|previous|prior|above|earlier|preceding|former|foregoing|following|initial|"
    r"original|system|current|other|safety|developer|given|entire|whole|of)"
)
_ORDERS = (
    # "ignore all previous instructions", "disregard the above"
    rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect|skip|"
    rf"drop|pay no attention to|do not follow|don['’]t follow|stop following|abandon)\b[^.?!]{{0,20}}\s"
    rf"(?:{_THEIRS}\s+){{0,5}}(?:instructions?|prompts?|directions?|rules?|guidelines?|commands?|orders|context|text|"
    r"messages?|conversation|filters?|restrictions?|polic(?:y|ies)|training|programming|above|sentences|passages|articles)\b",
    r"\bignore (?:any|all|everything|what|the above|previous)\b",
    r"\bforget (?:all|everything|what)\b[^.?!]{0,30}\b(?:told|said|learned|before|above|instruct)",
    # "as an AI", "you are now", "pretend to be"
    r"\b(?:as|you are|you're|act(?:ing)? as|to be|pretend|being|like) (?:an?|the) (?:unrestricted |helpful |large )*"
    r"(?:ai|a\.i\.|language model|llm|chatbot|chat ?gpt|gpt-?\d?|assistant|bot|virtual assistant)\b",
    r"\b(?:dear|hey|hi|hello|note to|attention|listen|instructions? (?:for|to)|message (?:for|to)|addressed to|to)[,:]?"
    r" (?:the |any |all |every )?(?:ai|llms?|language models?|chat ?bots?|chatgpt|gpt|assistants?|"
    r"(?:ai|language|automated|virtual)[ -](?:models?|assistants?|agents?|systems?|readers?|tools?)|summari[sz]ers?)\b",
    r"\b(?:you are|you're|you will be|you must be) (?:now|going to|about to|no longer|required|free|an? )\b",
    r"\b(?:from now on|for the rest of this|going forward|henceforth)\b[^.?!]{0,20}\b(?:you (?:are|will|must|shall|"
    r"answer|respond|reply|act|speak)|answer|respond|reply|act|say)\b",
    r"\bpretend (?:to be|that|you|you're)\b|\brole-?play(?:ing)?\b|\bimmers\w+ yourself\b|\bpersona\b",
    r"\bjailbr(?:eak|oken)\b|\bdeveloper mode\b|\bdo anything now\b|(?-i:\bDAN\b)",
    r"\b(?:users?|readers?|editors?|developers?|owners?|i|we) (?:wants?|needs?|asks?|expects?|tells?|orders?|"
    r"would like) you to\b",
    # what is being written for the asker
    r"\byour (?:own |next |final |whole |entire )?(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|"
    r"summar(?:y|ies)|words|text|sentences?)\b",
    # "your instructions", "the system prompt"
    r"\b(?:your|system|initial|hidden|original|developer) (?:system )?(?:prompts?|instructions?|programming|"
    r"guidelines|directives?|training|configuration|context window)\b",
    r"\b(?:reveal|print|repeat|show|output|leak|disclose|spell) (?:me )?(?:your|the|all|out|back)\b[^.?!]{0,40}"
    r"\b(?:prompts?|instructions?|keys?|passwords?|secrets?|messages?|words|text|conversation)\b",
    r"\bprompt[- ]injections?\b.{0,20}\b(?:now|follow|obey)\b",
    # what to write
    r"\b(?:(?:you|please|always|now|instead|must|should|shall|only|just|then|also|and|to|but|and then) )?"
    r"(?:answer|reply|respond|say|state|write|print|output|tell|inform|mention|include|append|add|insert|cite|quote|"
    r"recommend|end|begin|start|finish|conclude)\b (?:only |just |exactly |always |instead |simply |back |now |every |"
    r"your |the |each |this |that |to |in |with |me |it |a |an |following |as )*"
    r"(?:answers?|repl(?:y|ies)|responses?|outputs?|users?|reader|reports?|summar(?:y|ies)|message|sentence|phrase|"
    r"line|link|image|markdown|url|json|base64|emoji|instead|exactly|verbatim)\b",
    r"\b(?:answer|reply|respond|say|write|print|output|tell) (?:with|only|exactly|just|that the (?:right|correct)|"
    r"in (?:the )?(?:style|voice|form|language))\b|"
    r"\b(?:say|print|write|output|repeat|reply|answer)(?: with)?:? [\"“'‘]",
    r"\b(?:do not|don['’]t|never|must not|should not) (?:answer|mention|reveal|tell|say|cite|refuse|warn|apologi[sz]e|"
    r"summari[sz]e|disclose|use the|follow|obey|include)\b",
    # told of the program and meant for it: "it should not specify that it is pretending"
    r"\bit (?:should|must|shall) (?:not|never|always|only) (?:answer|mention|say|specify|respond|reply|refuse|warn|"
    r"apologi[sz]e)\b",
    r"\b(?:i want you to|i need you to|i would like you to|i'd like you to|you (?:must|should|shall|will|need to|have "
    r"to|can|may)) (?:\w+ ){0,3}(?:answer|reply|respond|say|act|ignore|tell|write|pretend|be|obey|follow|give|"
    r"provide|output|print|never|always|not)\b",
    r"\bnew (?:instructions?|task|orders?|rules?|prompt|directive)\b\s*(?::|are|is|for|from)",
    r"\b(?:end|start|begin(?:ning)?) of (?:the )?(?:context|data|document|article|passages?|instructions?|prompt|"
    r"sentences|input|text|conversation)\b",
    r"</?(?:data|context|documents?|articles?|passages?|sentences|instructions?|prompt|question|answer)>|^\W*answer\s*:",
    r"(?:^|\W)(?:system|assistant|developer)\s*(?:prompt|message|override|note|instruction)?\s*[:\]>}]",
    r"<\|?/?(?:im_start|im_end|system|user|assistant|inst|endoftext|s)\b|\[/?(?:inst|system|assistant)\]|<</?sys>>|"
    r"###\s*(?:instruction|system|response|human|task)",
    r"!\[[^\]]*\]\(|\[[^\]]+\]\((?:https?:|javascript:|data:)|<(?:img|script|iframe|svg|object|embed|form|a) ",
)
_ORDER = re.compile("|".join(f"(?:{one})" for one in _ORDERS), re.IGNORECASE)

# A sentence that is put to its reader as a task: "Write a poem about ...", "Explain how ...".
_TASK = re.compile(
    r"^\W*(?:(?:please|now|then|also|first|next|finally|instead|kindly|could you|can you|would you|will you) ,?\s*)*"
    r"(?:write|draft|compose|create|generate|explain|describe|summari[sz]e|translate|list|name|provide|suggest|"
    r"recommend|classify|categori[sz]e|compute|calculate|solve|convert|rewrite|rephrase|paraphrase|compare|define|"
    r"outline|analy[sz]e|identify|determine|evaluate|design|develop|implement|repeat|print|output|reply|respond|answer|"
    r"say|tell me|tell|give me|show me|help me|teach me|remind|schedule|send|book|forward|delete|click|visit|tag|"
    r"break down|label|detect|extract|predict|assess|craft|brainstorm|propose|devise|plan|organi[sz]e|sort|correct|"
    r"proofread|encode|decode|spell|count|find|search|look up|act|pretend|imagine|ignore|disregard|forget|modify|edit|"
    r"add|insert|append|replace|delete|remove|change|highlight|emphasi[sz]e|start|begin|end|make|take|use|limit|invent)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^\W*(?:please|kindly)\b", re.IGNORECASE)
_STATED = re.compile(r"\b(?:was|were|had|has|said|says|told|would)\b", re.IGNORECASE)


def without_unseen(text: str) -> str:
    """`text` without characters that nobody sees or that turn its direction. Letters with marks become one."""
    return _UNSEEN.sub("", text)


def neutral(text: str) -> str:
    """An article's `text` for a prompt, on one line: with nothing in it that could pass for the prompt's own marks."""
    line = " ".join(without_unseen(unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKE).split())
    return _HEADS.sub(lambda match: match.group().replace(":", " –"), line)


def is_link(word: str) -> bool:
    """Whether `word` is an address, or a part of an image or a link in Markdown or HTML."""
    return _LINK.search(word) is not None


def gives_orders(sentence: str) -> bool:
    """Whether `sentence` speaks to whoever reads it for somebody, rather than tell something.

    Judged by its words: it may be fooled, and an article on the subject may look so too. What it finds is passed on
    to nobody as a fact; it is not left out of the article.
    """
    plain = " ".join(without_unseen(unicodedata.normalize("NFKC", sentence)).split())
    if _ORDER.search(plain):
        return True
    return bool(_TASK.match(plain)) and (bool(_ASKED.match(plain)) or not _STATED.search(plain[:60]))
