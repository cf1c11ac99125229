"""Boxes and lines of Western pages and feeds that are none of the text, and what only looks like them and stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Read
    from newsingest.record import Record

ENGLISH = "The second crane was lifted onto its rails on Tuesday, and the first one will be sold to a museum."


def _pieces(record: Record) -> list[str]:
    """Return the paragraphs but for the prose around, the headings and the addresses of pictures."""
    headings = [section.heading for section in record.sections if section.heading]
    texts = [text for text in record.paragraphs if text != ENGLISH]
    return [*texts, *headings, *(image.url for image in record.images)]


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        # cards to other posts
        (
            (
                "<aside class='referenced-wide'><div class='referenced-item '><a href='/1'><img src='/1.jpg'></a>"
                "<h6 class='headline'><a href='/1'>How Cranes Trick Your Eyes</a></h6><p class='text'>"
                "<span class='referenced-item-excerpt'>Whoever walks into a yard looks up first,…</span> "
                "<a class='readmore-referenced' href='/1'>Read more</a></p></div></aside>"
            ),
            [],
        ),
        (
            (
                "<article class='node node--type-article node--view-mode-teaser'><h2><a href='/e/1' rel='bookmark'>"
                "<span>El astillero cierra el año con récord</span></a></h2><ul class='links inline'>"
                "<li class='node-readmore'><a href='/e/1'>Leer más</a></li></ul></article>"
            ),
            [],
        ),
        (
            "<div class='reference-item'><p>Quill, A.: On cranes. Norvale, 1921.</p></div>",
            ["Quill, A.: On cranes. Norvale, 1921."],
        ),
        ("<p class='interstitial-link'><i>[<a href='/1'>Museum houses old anchors</a>]</i></p>", []),
        # buttons, and what feeds count by
        ("<aside class='tool-bar'><ul><li><a href='#'>Imprimer cet article</a></li></ul></aside>", []),
        (
            "<div class='tool-barn'><p>The tool barn of Norvale opens in May.</p></div>",
            ["The tool barn of Norvale opens in May."],
        ),
        (
            (
                "<div class='feedflare'><a href='http://feeds.a.example/~ff/l?a=1'><img src='http://feeds.a.example/~ff/l?d=yI'>"
                "</a> <a href='http://feeds.a.example/~ff/l?a=2'><img src='http://feeds.a.example/~ff/l?i=1:2:V_'></a></div>"
            ),
            [],
        ),
        ("<p><img src='http://feeds.a.example/~ff/l?d=yI'></p>", []),
        ("<p><img src='http://a.example/~ff/crane.jpg?d=3'></p>", ["http://a.example/~ff/crane.jpg?d=3"]),
        # who wrote it, beside the text
        ("<div class='user-bio'><div class='user-bio__main-text'>Erin Barr covers the harbour.</div></div>", []),
        ("<div class='contributor-bio'>Erin Barr covers the harbour.</div>", []),
        ("<div class='author-description'>Erin Barr covers the harbour.</div>", []),
        (
            (
                "<div class='post-body-sig-line'><img class='post-body-headshot-left' src='/barr.jpg'>"
                "<div class='post-body-bio has-photo'>Erin Barr covers the harbour.</div></div>"
            ),
            [],
        ),
        (
            (
                "<div class='postFooter-info'><div class='infoCard'>Written on Feb 24 by<div class='infoCard-bio'>"
                "Writer of novels.</div></div></div>"
            ),
            [],
        ),
        ("<a href='/u'><img class='byline__avatar' src='/barr-8_large.jpg'></a>", []),
        ("<p><img class='avatar-2-poster' src='/poster.jpg'></p>", ["/poster.jpg"]),
        (
            "<div class='bio'>Erin Barr, 41, is the first to run for the seat.</div>",
            ["Erin Barr, 41, is the first to run for the seat."],
        ),
        (
            "<div class='infoCard'>Height of the crane: 41 metres, which is a record.</div>",
            ["Height of the crane: 41 metres, which is a record."],
        ),
        # who wrote a page of Drupal, and when
        (
            (
                "<span class='field field--name-title field--type-string'>A title</span>\n"
                "<span class='field field--name-uid field--type-entity-reference'><span>rbarr</span></span>\n"
                "<span class='field field--name-created field--type-created'>Mon, 04/11/2022 - 13:00</span>"
            ),
            [],
        ),
        (
            "<div class='field field--name-field-title'>Who pays for the crane now and later, if not we?</div>",
            ["Who pays for the crane now and later, if not we?"],
        ),
        # how often a post was read
        ("<ul class='links'><li class='statistics_counter last'><span>412 lecturas</span></li></ul>", []),
        ("<ul class='links'><li class='last'><span>412 lecturas</span></li></ul>", ["412 lecturas"]),
        (
            "<article class='node node--view-mode-full'><h2>Who pays for the crane?</h2></article>",
            ["Who pays for the crane?"],
        ),
    ],
)
def test_boxes_in_a_text(read: Read, box: str, stays: list[str]) -> None:
    assert _pieces(read(f"<p>{ENGLISH}</p>{box}<p>{ENGLISH}</p>")) == stays


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        # comments, print, pages
        ("<a href='/c'>Kommentare lesen (1 Beitrag)</a>", False),
        ("<a href='/c'>Comments (5 posted)</a>", False),
        ("<a href='/c'>Lire les commentaires (12)</a>", False),
        ("<a href='/c'>Ver comentarios (3)</a>", False),
        ("Comments (5 of them rude) hang in the hall.", True),
        ("Comments (2021)", True),
        ("Permalink: <a href='/25'>https://a.example/25</a>", False),
        ("Permalink: what it is for", True),
        ("<a href='/p'>Version zum Drucken</a>", False),
        ("<a href='/p'>Printable version</a>", False),
        ("A printable version of the map is on sale.", True),
        ("<a href='/a'>« Vorige</a> | <a href='/b'>Nächste »</a>", False),
        ("Previous | Next", False),
        ("Next | a quiet winter", True),
        ("<a href='/f'>Expand full story</a>", False),
        ("<a href='/f'>Show full article</a>", False),
        ("Show the whole story", True),
        # calls to read and to write, to follow and to look
        ("<b>Lire : <a href='/1'>Que sont les grues, ces machines ?</a></b>", False),
        ("Lire notre enquête : <a href='/1'>Le port, un gouffre</a>", False),
        ("Lire : un plaisir qui se perd", True),
        ("Lire notre avenir : <a href='/1'>un pari</a> que plus personne ne tient.", True),
        ("[<a href='/1'>Harbour museum houses amazing old anchors</a>]", True),
        ("Follow Quayside: <a href='/t'>Twitter</a> | <a href='/f'>Facebook</a>", False),
        ("Follow the money: Facebook", True),
        ("Get Quayside breaking news alerts to your inbox", False),
        ("Get rid of the news to your inbox?", True),
        ("Get local news to your inbox before anyone else does, the paper promised in 1999.", True),
        ("Do you have a story about the harbour? Email us at <a href='mailto:a@a.example'>a@a.example</a>", False),
        ("Do you have a story about the harbour? We do.", True),
        ("Quayside is a letter on cranes. Was it forwarded to you? <a href='/s'>Subscribe here.</a>", False),
        ("The letter is lost. Was it forwarded to you? I doubt it.", True),
        ("The judge asked: Was it forwarded to you? Sign up sheets were.", True),
        ("Check out more articles on Quayside!", False),
        ("Check out more posts on the fence before winter", True),
        ("<a href='/1.jpg'>View this image ›</a>", False),
        ("View image in fullscreen", False),
        ("View this image of a crane as a warning.", True),
        ("<i>If you liked this, follow me on <a href='/1'>Social</a> or subscribe to my newsletter.</i>", False),
        ("If you enjoyed this story, follow us home, she wrote.", True),
        ("Harbour live – latest updates", False),
        ("The cranes live – late, but they do.", True),
    ],
)
def test_lines_in_a_text(read: Read, line: str, *, stays: bool) -> None:
    record = read(f"<p>{ENGLISH}</p><p>{line}</p><p>{ENGLISH}</p>")
    assert len(_pieces(record)) == stays


AUDIO_CARD = (
    "<div class='kg-card kg-audio-card'><div class='kg-audio-player-container'><audio src='https://a.example/i.mp3'></audio>"
    "<div class='kg-audio-title'>Runa Falk on cranes</div><div class='kg-audio-player'>"
    "<span class='kg-audio-current-time'>0:00</span><div class='kg-audio-time'>/<span class='kg-audio-duration'>186.2"
    "</span></div><button class='kg-audio-playback-rate'>1&#215;</button></div></div></div>"
)
VIDEO_CARD = (
    "<figure class='kg-card kg-video-card'><div class='kg-video-container'><video src='https://a.example/v.mp4'></video>"
    "<div class='kg-video-player-container'><div class='kg-video-player'><span class='kg-video-current-time'>0:00</span>"
    "<div class='kg-video-time'>/<span class='kg-video-duration'>0:24</span></div></div></div></div>"
    "<figcaption>The crane turns</figcaption></figure>"
)
FILE_CARD = (
    "<div class='kg-card kg-file-card'><a class='kg-file-card-container' href='https://a.example/f.pdf'>"
    "<div class='kg-file-card-title'>Annual report</div><div class='kg-file-card-metadata'><div "
    "class='kg-file-card-filename'>report.pdf</div><div class='kg-file-card-filesize'>2 MB</div></div></a></div>"
)


@pytest.mark.parametrize(
    ("card", "stays", "players"),
    [
        (AUDIO_CARD, [], [("https://a.example/i.mp3", "Runa Falk on cranes")]),
        (VIDEO_CARD, [], [("https://a.example/v.mp4", "The crane turns")]),
        (FILE_CARD, ["Annual report"], []),
        ("<div class='kg-card kg-button-card'><a href='/s' class='kg-btn'>Become a member</a></div>", [], []),
        (
            (
                "<div class='wp-block-file'><a href='/r.pdf'>Annual report</a>"
                "<a href='/r.pdf' class='wp-block-file__button' download>Download</a></div>"
            ),
            ["Annual report"],
            [],
        ),
    ],
)
def test_cards_of_editors(read: Read, card: str, stays: list[str], players: list[tuple[str, str]]) -> None:
    record = read(f"<p>{ENGLISH}</p>{card}<p>{ENGLISH}</p>")
    assert (_pieces(record), [(each.url, each.caption) for each in record.embeds]) == (stays, players)
