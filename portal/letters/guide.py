"""The guide: what words to customers never do, per language. It reads any text and names what it found.

The lists follow what the product believes of apologies and declines: no conditional sorry, no "unfortunately", no
"inconvenience", no passive dodge, no talk of policy, and nobody is blamed.
"""

import re
from dataclasses import dataclass

from portal.letters.language import msg

_CONDITIONAL = msg("conditional: what happened to them happened")
_STOCK = msg("stock phrase: say what happened instead")
_DODGE = msg("passive dodge: say that it was us")
_POLICY = msg("talk of rules: say what we do and why")
_BLAME = msg("blame: nobody outside is named or accused")
_FOREIGN = msg("another language")

_ENGLISH = {
    r"if": _CONDITIONAL,
    r"(?:sorry|apologi[sz]e|regret) (?:for|about) any\w*": _CONDITIONAL,
    r"any (?:trouble|problems?|delay|distress) (?:this|that|it|we)": _CONDITIONAL,
    r"may have (?:caused|been|experienced)": _CONDITIONAL,
    r"unfortunately|regrettabl[ey]|regretfully|sadly": _STOCK,
    r"inconvenien\w+|hassle": _STOCK,
    r"valued customers?|rest assured|kindly|please note|we understand your frustration|dear customer": _STOCK,
    r"we apologi[sz]e": _STOCK,
    r"(?:mistakes?|errors?) (?:was|were|has been|have been) made": _DODGE,
    r"(?:an? )?(?:error|issue|problem|mistake) (?:has )?occurred": _DODGE,
    r"(?:was|were|been) (?:caused|experienced|encountered)": _DODGE,
    r"(?:beyond|outside) our control|circumstances|it appears that|it seems that": _DODGE,
    r"polic(?:y|ies)|as per|in accordance with|terms and conditions|eligib\w+|pursuant|our rules": _POLICY,
    r"(?:your|the customer's|their) (?:own )?(?:fault|mistake)": _BLAME,
    r"you (?:failed|forgot|neglected|claim(?:ed)?|allege\w*)": _BLAME,
    r"allege\w*|supposed(?:ly)?|fraud\w*|suspicious|abus\w+|prove": _BLAME,
    r"courier|carrier|neighbou?r|post office|postman|thie(?:f|ves)": _BLAME,
}
_PORTUGUESE = {
    r"se (?:você|vocês|houver|houve|precisar|quiser|for|tiver|não|isso|ainda|acaso|preferir|achar)": _CONDITIONAL,
    r"(?:desculpas?|desculpe|lamentamos|sentimos(?: muito)?),? se": _CONDITIONAL,
    r"caso": _CONDITIONAL,
    r"(?:por|pel[oa]s?|lamentamos) (?:qualquer|quaisquer|eventua\w+|possíve\w+)": _CONDITIONAL,
    r"infelizmente|lamentavelmente|lastimavelmente": _STOCK,
    r"inconveni\w+|transtornos?|incômodos?|aborrecimentos?": _STOCK,
    r"prezad[oa]s?|car[oa] cliente|estimad[oa]|agradecemos a compreensão|senhora?|gentileza": _STOCK,
    r"(?:foi|foram) cometid\w+": _DODGE,
    r"(?:ocorreu|ocorreram|houve) (?:um|uma|alguns?|algumas?)": _DODGE,
    r"(?:foi|foram) (?:causad|ocasionad|gerad)\w+": _DODGE,
    r"alhei[oa]s? à nossa|fora do nosso controle|circunstâncias|ao que parece|aparentemente": _DODGE,
    r"políticas?|conforme|de acordo com|termos e condições|regulamento|elegíve\w+|nossas regras|nos termos": _POLICY,
    r"(?:sua|própria) culpa|culpa sua|você (?:errou|esqueceu|falhou|alega|afirma)": _BLAME,
    r"aleg\w+|suposto|supostamente|fraud\w*|suspeit\w+|abus\w+|prov(?:e|ar|a)": _BLAME,
    r"transportadora|entregador\w*|carteiro|correios|vizinh\w+|ladr\w+": _BLAME,
}
# Words that every text of the language is full of and that the other never has.
_ONLY_ENGLISH = r"the|and|you|your|we|our|with|that|this|from|have|has|is|are|not|what|which|will|write|see"
_ONLY_PORTUGUESE = r"você|vocês|não|seus?|suas?|nós|nossos?|nossas?|uma?|para|que|está|foi|isso|pelo|pela|ou|já"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a text that the guide does not want, and why: a sentence of the catalogue, in English."""

    words: str
    why: str


def _compiled(phrases: dict[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), why) for phrase, why in phrases.items())


_LISTS = {
    "en": _compiled(_ENGLISH | {_ONLY_PORTUGUESE: _FOREIGN}),
    "pt_BR": _compiled(_PORTUGUESE | {_ONLY_ENGLISH: _FOREIGN}),
}


def remarks(text: str, locale: str) -> list[Remark]:
    """Read a text in one of LOCALES; an empty list means that it may go to a customer.

    Names and titles in the text are read as well, so give samples whose names fit the language.
    """
    return [Remark(match.group(), why) for phrase, why in _LISTS[locale] for match in phrase.finditer(text)]
