"""The language of each event: set around every step of its handler, where a request comes in."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from functools import wraps
from typing import Any

import gradio as gr

from citeback.page.views.speech import speaking

LanguageOf = Callable[[gr.Request], str]


def speak(blocks: gr.Blocks, language_of: LanguageOf) -> None:
    """Let the handlers of all events speak the language of their request."""
    for event in blocks.fns.values():
        handler = event.fn
        if inspect.isgeneratorfunction(handler):
            event.fn = _steps(handler, language_of)
        elif inspect.isasyncgenfunction(handler):
            event.fn = _async_steps(handler, language_of)
        elif handler:
            event.fn = _call(handler, language_of)


def _call(handler: Callable[..., Any], language_of: LanguageOf) -> Callable[..., Any]:
    @wraps(handler)
    def called(*given: Any) -> Any:
        with speaking(_language(given, language_of)):
            return handler(*given)

    return called


def _steps(handler: Callable[..., Any], language_of: LanguageOf) -> Callable[..., Any]:
    """Return a generator that speaks within each step: Gradio runs each in a context of its own."""

    @wraps(handler)
    def stepped(*given: Any) -> Iterator[Any]:
        language, steps, end = _language(given, language_of), handler(*given), object()
        try:
            while True:
                with speaking(language):
                    step = next(steps, end)
                if step is end:
                    return
                yield step
        finally:
            steps.close()

    return stepped


def _async_steps(handler: Callable[..., Any], language_of: LanguageOf) -> Callable[..., Any]:
    """Return an asynchronous generator that speaks within each step; threads take the language with them."""

    @wraps(handler)
    async def stepped(*given: Any) -> AsyncIterator[Any]:
        language, steps, end = _language(given, language_of), handler(*given), object()
        try:
            while True:
                with speaking(language):
                    step = await anext(steps, end)
                if step is end:
                    return
                yield step
        finally:
            await steps.aclose()

    return stepped


def _language(given: tuple[Any, ...], language_of: LanguageOf) -> str:
    return next((language_of(each) for each in given if isinstance(each, gr.Request)), "")
