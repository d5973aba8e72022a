"""Places, reasons at marks, and notices of answers, lists and computed tables."""

from citeback.rag.messages.catalogue import message

PLACES = (
    message("page {page}"),
    message("pages {pages}"),
    message("line {line}"),
    message("slide {slide}"),
    message("section “{heading}”"),
    message("cell {cell}"),
    message("cell {cell}, result"),
    message("comment"),
    message("comment by {name}"),
    message("note {note}"),
    message("note {note}: {title}"),
    message("at {time}"),
    message("slide {slide}, notes"),
    message("sheet {sheet}, cell {cell}"),
    message("chapter “{heading}”"),
    message("contact {name}"),
    message("message {message} of {many}"),
    message("{place}, comment"),
    message("text box"),
    message("header"),
    message("footer"),
    message("chart"),
    message("diagram"),
)
REASONS = (
    message("“{words}” is not in the source"),
    message("“{one}” and “{other}” have swapped roles"),
    message("the source says only “{words}”"),
    message("the source says so only “{words}”"),
    message("the source says “{words}” only as a condition"),
    message("the source says “{words}”"),
    message("the source says the opposite of “{words}”"),
    message("the source does not deny “{words}”"),
    message("the source denies “{words}”"),
    message("the source orders this to be said, which is not a statement"),
    message("it says “{one}” of “{other}”"),
    message("it cites no source"),
    message("it cites [{number}], and there is no such source"),
    message("a place other than the one it cites supports it"),
    message("it combines several places, none of which says it"),
    message("“{claim}”: the source has “{words}”"),
    message("The source has “{words}”"),
    message("a heading or a label"),
    message("a question"),
    message("an opinion"),
    message("a note or a source"),
)
NOTICES = (
    message("{number} of {many} documents read"),
    message("{number} different {items}; {coverage}."),
    message("1 item; {coverage}."),
    message("{number} different {items}; {coverage}. {shown} are shown; the whole list is under Review."),
    message("{number} documents are too many to read for a question: {command} reads them all."),
    message("None of the {number} documents counted mentions “{words}”."),
    message("This list may be incomplete: it contains only what the retrieved passages say."),
    message("Names are recognised by rules, and some are missed: the list is not complete."),
    message(
        "Names and negations are recognised by English rules; "
        "in other languages only figures are compared well."
    ),
    message("This would have to be computed, and I am not sure how."),
    message("It may mean “{one}” or “{other}”. To choose, end the question with one of them in [brackets]."),
    message("It may mean “{one}”. To choose, end the question with one of them in [brackets]."),
    message("{name} has {number} characters: {reason}."),
    message("The chat model was stopped after {number} sentences."),
    message("The chat model had no room left; its unfinished sentence was left out."),
    message("The documents are quoted instead."),
    message("The documents differ."),
    message("“{word}” appears in no document."),
    message("Searched for “{right}”: no document has the word “{wrong}”."),
    message("Quoted in {languages}, as the documents say it: nothing is translated."),
    message("the document states no date of its own"),
    message("reckoned from the date of its line"),
    message("reckoned from the date of its line; may mean another day"),
    message("reckoned from the document's date"),
    message("reckoned from the document's date; may mean another day"),
    message("day and month may be the other way round"),
    message(
        "Of 100 questions that the folder cannot answer, it still answers about {answered}; "
        "of 100 that it can, it refuses about {refused}."
    ),
)
STAGES = (
    message("question"),
    message("retrieve"),
    message("evidence"),
    message("tables"),
    message("count"),
    message("list"),
    message("answer"),
)
ITEMS = (
    message("people"),
    message("organisations"),
    message("places"),
    message("dates"),
    message("amounts"),
    message("obligations"),
    message("emails"),
    message("links"),
)
PARTS = (
    message("Embedding model"),
    message("Language"),
    message("Index"),
    message("Version"),
    message("generation {number}"),
)
