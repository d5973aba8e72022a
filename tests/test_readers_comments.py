"""Web pages as publishing systems write them: the article's words, and who said what below it."""

import re
from collections import Counter

import pytest

from citeback.index.readers.html import web_page

ARTICLE = [
    "The canal between the two lakes was opened in the spring of 1851, after ten years of digging.",
    "In its first summer four hundred and twelve ships passed the locks, most of them with timber.",
    "Ada Holm, who kept the upper lock for thirty years, counted every one of them in a green notebook.",
    "Today the towpath is a cycle route, and the lock houses are let to visitors from May to September.",
]
FURNITURE = ["Home", "About us", "Subscribe to our newsletter", "Related: ten more canals", "Cookie settings"]
SAID = [
    ("Bo Ek", "My grandfather worked on the upper lock and told us about the green notebook."),
    ("Cilla Dahl", "Does anyone know whether the towpath is open in winter, when there is ice?"),
    ("Dag Ask", "It is open all year round, but the lock houses are closed from October on."),
]

WORDPRESS = """
<div id="comments" class="comments-area"><h2 class="comments-title">3 thoughts on “The canal”</h2>
<ol class="comment-list">
<li id="comment-1" class="comment even depth-1"><article class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><img src="x.png" alt="">
<b class="fn"><a href="/b" class="url">{0[0]}</a></b>
<span class="says">says:</span></div>
<div class="comment-metadata"><a href="#c1"><time>May 3, 2022</time></a></div></footer>
<div class="comment-content"><p>{0[1]}</p></div>
<div class="reply"><a class="comment-reply-link" href="#r">Reply</a></div>
</article></li>
<li class="comment odd depth-1"><article class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">{1[0]}</b> <span class="says">says:</span></div></footer>
<div class="comment-content"><p>{1[1]}</p></div>
<div class="reply"><a href="#r">Reply</a></div></article>
<ol class="children"><li class="comment depth-2"><article class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">{2[0]}</b></div></footer>
<div class="comment-content"><p>{2[1]}</p></div></article></li></ol></li>
</ol><div id="respond" class="comment-respond"><h3>Leave a Reply</h3>
<form><textarea></textarea></form></div></div>
"""
FLAT = """
<section class="comments"><h3>Comments (3)</h3>
<div class="comment"><span class="username">{0[0]}</span> <span class="date">3 May 2022</span><p>{0[1]}</p>
<a href="#">Reply</a> <a href="#">Report</a></div>
<div class="comment"><span class="username">{1[0]}</span> <span class="date">4 May</span>
<p>{1[1]}</p></div>
<div class="comment"><span class="username">{2[0]}</span> <span class="date">4 May</span>
<p>{2[1]}</p></div>
</section>
"""
SCHEMA = """
<div id="discussion">
<div itemscope itemtype="https://schema.org/Comment">
<span itemprop="author">{0[0]}</span><div itemprop="text">{0[1]}</div></div>
<div itemscope itemtype="https://schema.org/Comment">
<span itemprop="author">{1[0]}</span><div itemprop="text">{1[1]}</div></div>
<div itemscope itemtype="https://schema.org/Comment">
<span itemprop="author">{2[0]}</span><div itemprop="text">{2[1]}</div></div>
</div>
"""
LISTED = """
<ul class="commentlist"><li><cite class="comment-author">{0[0]}</cite><blockquote>{0[1]}</blockquote></li>
<li><cite class="comment-author">{1[0]}</cite><blockquote>{1[1]}</blockquote></li>
<li><cite class="comment-author">{2[0]}</cite><blockquote>{2[1]}</blockquote></li></ul>
"""
SYSTEMS = {"wordpress": WORDPRESS, "flat": FLAT, "schema": SCHEMA, "listed": LISTED}


def page(comments: str) -> bytes:
    menu = "".join(f"<li><a href='/{n}'>{words}</a></li>" for n, words in enumerate(FURNITURE[:3]))
    body = "".join(f"<p>{words}</p>" for words in ARTICLE)
    return (
        "<!DOCTYPE html><html><head><title>The canal</title><meta charset='utf-8'>"
        "<meta name='author' content='Eva Lund'>"
        "<meta property='article:published_time' content='2022-05-01T08:00:00Z'>"
        f"</head><body><nav><ul>{menu}</ul></nav><main><article><h1>The canal</h1>{body}</article>"
        f"{comments.format(*SAID)}</main><aside><p>{FURNITURE[3]}</p></aside>"
        f"<footer><a href='#'>{FURNITURE[4]}</a></footer></body></html>"
    ).encode()


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def f1(found: str, wanted: str) -> float:
    """Return the harmonic mean of precision and recall of words, as evaluations of extraction count them."""
    shared = (words(found) & words(wanted)).total()
    precision, recall = shared / (words(found).total() or 1), shared / words(wanted).total()
    return 2 * precision * recall / (precision + recall) if shared else 0.0


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_comment_is_kept_with_the_name_of_whoever_made_it(system: str) -> None:
    source = web_page.read(page(SYSTEMS[system]), "stem")
    for name, text in SAID:
        start = source.text.index(text)
        assert source.text[:start].endswith(f"{name}: ")
        assert source.location_at(start) == f"comment by {name}"
    assert source.location_at(source.text.index(ARTICLE[0])) == "section “The canal”"


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_article_is_the_article_and_the_comments_are_below_it(system: str) -> None:
    source = web_page.read(page(SYSTEMS[system]), "stem")
    article, _, comments = source.text.partition("\n\nComments\n\n")
    assert f1(article, "The canal " + " ".join(ARTICLE)) > 0.97
    assert f1(comments, " ".join(f"{name} {said}" for name, said in SAID)) > 0.97
    assert (source.author, source.date, source.title) == ("Eva Lund", "2022-05-01", "The canal")


def test_a_page_without_comments_has_no_such_part() -> None:
    source = web_page.read(page(""), "stem")
    assert "Comments" not in source.text
    assert f1(source.text, "The canal " + " ".join(ARTICLE)) > 0.97
    assert not source.locations


@pytest.mark.parametrize(
    "name", ["class='comments-open'", "class='no-comments'", "id='comments'", "class='user-comments'"]
)
def test_an_article_is_not_taken_for_comments(name: str) -> None:
    body = "".join(f"<p>{words}</p>" for words in ARTICLE)
    made = f"<body><div {name}><h1>The canal</h1><span class='author'>Eva Lund</span>{body}</div></body>"
    assert all(paragraph in web_page.read(made.encode(), "stem").text for paragraph in ARTICLE)
