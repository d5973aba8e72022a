"""Questions that a chat model writes about a sentence, kept only if they pass a check.

The model must answer its own question from the sentence alone with the intended words: round-trip consistency
(Alberti et al., "Synthetic QA Corpora Generation with Roundtrip Consistency", 2019).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from citeback.rag.evaluation.cloze_questions import AskableSentence
from citeback.rag.evaluation.metrics import LabelledQuestion

Generate: TypeAlias = Callable[[list[BaseMessage]], str]
"""Messages -> the reply of a chat model. Raises ChatError."""

MAX_TRIES = 4  # sentences to try for each question wanted
MAX_LENGTH_RATIO = 40  # characters that a reply may have beyond the answer; a longer one repeats the sentence
ASK = """You write one exam question about a document.
You are given its title, one sentence of it, and words of that sentence.
Ask a question to which those words are the answer, in words of your own where you can.
Name who or what is asked about, so that the question can be understood without the sentence.
Do not put the answer into the question. Write only the question, on one line."""
ANSWER = """You are given a sentence and a question.
Answer in as few words as you can, taken from the sentence. If it does not answer, write: no"""


def generate_questions(
    sentences: Iterable[AskableSentence], says: Generate, count: int
) -> Iterator[LabelledQuestion | None]:
    """Yield a question for each sentence tried, or None if it failed the check.

    Stops after `count` questions, or after `MAX_TRIES` times as many sentences. Raises ChatError.
    """
    made = 0
    for sentence, _ in zip(sentences, range(count * MAX_TRIES), strict=False):
        known = generate_question(sentence, says)
        made += known is not None
        yield known
        if made == count:
            return


def generate_question(sentence: AskableSentence, says: Generate) -> LabelledQuestion | None:
    """Return the model's question about a sentence, or None if the sentence does not answer it."""
    lines = says(_question_prompt(sentence)).strip().splitlines()
    asked = lines[0].strip(' "“”*') if lines else ""
    if not asked.endswith("?") or _clean(sentence.answer) in _clean(asked):
        return None
    reply = _clean(says(_answer_prompt(sentence, asked)))
    answers = _clean(sentence.answer) in reply and len(reply) <= len(sentence.answer) + MAX_LENGTH_RATIO
    return sentence.question(asked) if answers else None


def _question_prompt(sentence: AskableSentence) -> list[BaseMessage]:
    given = f"Title: {sentence.title}\nSentence: {_line(sentence.text)}\nWords: {_line(sentence.answer)}"
    return [SystemMessage(ASK), HumanMessage(given)]


def _answer_prompt(sentence: AskableSentence, asked: str) -> list[BaseMessage]:
    return [SystemMessage(ANSWER), HumanMessage(f"Sentence: {_line(sentence.text)}\nQuestion: {asked}")]


def _line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> str:
    return _line(text).casefold()
