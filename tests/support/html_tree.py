"""HTML read as a browser reads it, by Lexbor, as a tree of the standard library's elements."""

from xml.etree.ElementTree import Element, SubElement

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TEXT, _COMMENT = "-text", "-comment"


def parse(source: str) -> Element:
    """Parse a document; comments are left out, and an attribute without a value is an empty one."""
    root = LexborHTMLParser(source).root
    document = Element("html", _attributes(root) if root else {})
    if root is not None:
        _grow(document, root)
    return document


def _grow(element: Element, node: LexborNode) -> None:
    """Give an element the children of a node."""
    last: Element | None = None
    child = node.child
    while child is not None:
        name = child.tag
        if name == _TEXT:
            words = child.text_content or ""
            if last is None:
                element.text = (element.text or "") + words
            else:
                last.tail = (last.tail or "") + words
        elif name is not None and name != _COMMENT:
            last = SubElement(element, name, _attributes(child))
            _grow(last, child)
        child = child.next


def _attributes(node: LexborNode) -> dict[str, str]:
    return {name: value or "" for name, value in node.attributes.items()}
