"""`citeback questions`: saved questions, asked again when the documents have changed."""

from typing import Annotated

import typer

from citeback import wire
from citeback.terminal import screen
from citeback.terminal.options import STORE, At, Json
from citeback.terminal.saved_questions import QuestionsOfStore, print_question

INTERRUPTED = 130
app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Save questions, and see when their answers change. The page of this store shows the same ones.",
)


@app.command()
def add(
    question: Annotated[str, typer.Argument(metavar="QUESTION")], store: At = STORE, json: Json = False
) -> None:
    """Save a question and answer it; it is asked again when the documents have changed."""
    print_question(QuestionsOfStore(store).add(question), json, changed=False)


@app.command("list")
def list_questions(store: At = STORE, json: Json = False) -> None:
    """List the saved questions with their last answers, without asking anything."""
    listing = QuestionsOfStore(store).listing()
    if json:
        typer.echo(wire.dumps(wire.saved_questions(listing)))
        return
    for one in listing:
        print_question(one, json=False, changed=one.unread)
    if not listing:
        typer.echo("No question is saved. Next: citeback questions add QUESTION")


@app.command()
def ask(store: At = STORE, json: Json = False) -> None:
    """Ask the saved questions again if the index has changed, and show the answers that have changed.

    Each answer is saved immediately: after Ctrl-C, the same command asks the remaining questions. With
    --json, each question that was asked is one line.
    """
    questions, asked, changed = QuestionsOfStore(store), 0, 0
    before = {each.id: each.changed for each in questions.listing()}
    stopped = "Stopped; the answers so far are saved, and the same command continues."
    with screen.stop_on_interrupt(stopped, INTERRUPTED):
        for one in questions.asked_again():
            other = bool(one.before) and one.changed != before[one.id]
            asked, changed = asked + 1, changed + other
            if json or other:
                print_question(one, json, changed=True)
            if other and not json:
                questions.read(one)
    if not json:
        typer.echo(_summary(len(before), asked, changed))


@app.command()
def delete(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The text of the question, or its id.")],
    store: At = STORE,
) -> None:
    """Delete a saved question."""
    gone = QuestionsOfStore(store).delete(question)
    typer.echo(f"Deleted: {screen.safe_line(gone.question)}")


def _summary(saved: int, asked: int, changed: int) -> str:
    if not saved:
        return "No question is saved. Next: citeback questions add QUESTION"
    questions = "question" if saved == 1 else "questions"
    answers = "answer" if changed == 1 else "answers"
    return f"{saved} saved {questions}, {asked} asked again, {changed} {answers} changed."
