"""The separator between two pages: nothing within a word, a line end within a sentence, else a blank line."""

import re

BETWEEN_PAGES = "\n\n"
_TAIL = 40  # characters at the end of a page
# Words that no sentence ends with, at the end of a line of at least two.
_GOES_ON = re.compile(
    r"\w,?[ ](?:a|an|the|of|to|in|at|by|for|from|with|and|or|that|which|der|die|das|den|dem|des|und|mit|von"
    r"|im|och|att|av|som|med|en|ett|de|la|le|les|et|du|des|el|los|y|del|il|e|di|da|do|dos)\Z|\w[ ]\w+,\Z"
)


def joint(page: str, following: str) -> str:
    """Return the separator of two pages, given without white space and running lines around their text."""
    if not page or not following or not (following[0].islower() or _GOES_ON.search(page[-_TAIL:])):
        return BETWEEN_PAGES
    if page[-1] in "-\u2010\ufffe" and page[-2:-1].isalpha() and following[0].islower():
        return ""
    return "\n" if page[-1].isalnum() or page[-1] in ",;–—)" else BETWEEN_PAGES
