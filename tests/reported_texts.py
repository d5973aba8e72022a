"""Faults reported in plain text, tables, data, subtitles, notebooks, archives: threads, files, what is right.

What is right was decided before the files were read.
"""

import json
from collections.abc import Mapping

from reported_file import Reported
from samples import packed

CHAT_PM = (
    "20/6/2017 8:28\u00a0p.\u00a0m. - Michelle: The lock opens at nine\n"
    "20/6/2017 8:31\u00a0p.\u00a0m. - Bo: Which lock do you mean\n"
    "20/6/2017 9:02\u00a0p.\u00a0m. - Michelle: The one at Osby\nbehind the mill\n"
)


CHAT_DASH = (
    "\u200e[01-29-2018, 23:33:00] Alice: Hello, is the crane back\r\n"
    "[01-29-2018, 23:45:01] Bob: Yes:\nit lifts five tonnes\r\n"
    "\u200e[01-30-2018, 07:10:44] Alice: \u200eimage omitted\r\n"
)


VOICES = (
    "WEBVTT\n\n00:00:23.982 --> 00:00:27.318\n"
    "- <v Testerson>I have landed in the harbour\nat quite a time.</v>\n\n"
    "00:00:27.318 --> 00:00:30.655\n<v Anchor><c.yellow.bg_blue>This is a <i>broadcast</i>.</c></v>\n\n"
    "NOTE made by a machine\n\n00:00:31.000 --> 00:00:32.000 line:10% align:center\n"
    "<lang sv>Hej</lang> &amp; welcome.\n"
)


FORK = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100)


def forks() -> bytes:
    parts: Mapping[str, bytes] = {
        "report.txt": b"The mole is 212 m long.",
        "._report.txt": FORK,
        "__MACOSX/._report.txt": FORK,
        ".~lock.report.odt#": b",ada,osby,01.12.2026 09:00,file:///home/ada/.config/libreoffice/4;",
    }
    return packed(parts)


ENTRIES = (
    "2026-03-01 10:00:01 INFO Pump started\n2026-03-01 10:04:12 ERROR Pump stalled\n    at valve 3\n"
    "2026-03-01 10:05:00 INFO Pump stopped\n"
)


SYSTEM = (
    "[19/10/2025, 01:02:19] Harbour: \u200eRudi Holm added you\r\n[19/10/2025, 08:10:00] Bo Ek: the key is\n"
    "behind the door\r\n[19/10/2025, 08:11:30] Ada Holm: thanks\r\n"
)


PASTED = "[Monday 9:09 PM] Ada Holm\nThe lock is stuck again\n\n[Monday 9:12 PM] Bo Ek\nI oil it at noon\n"


def notebook() -> bytes:
    table = {
        "text/html": ["<table><tr><th>Berth</th></tr><tr><td>A7</td></tr></table>"],
        "text/plain": ["  Berth\n0 A7"],
    }
    outputs = [
        {"output_type": "execute_result", "data": table, "metadata": {}, "execution_count": 1},
        {"output_type": "error", "ename": "ValueError", "evalue": "no depth",
         "traceback": ["\x1b[0;31mValueError\x1b[0m: no depth"]},
    ]  # fmt: skip
    cell = {
        "cell_type": "code",
        "source": ["show()"],
        "outputs": outputs,
        "metadata": {},
        "execution_count": 1,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


TEXTS: Mapping[str, Reported] = {
    "evening.txt": Reported(
        "Pustur/whatsapp-chat-parser#224",
        CHAT_PM.encode,
        alone=(
            "20/6/2017 8:28\u00a0p.\u00a0m. - Michelle: The lock opens at nine",
            "20/6/2017 8:31\u00a0p.\u00a0m. - Bo: Which lock do you mean",
            "20/6/2017 9:02\u00a0p.\u00a0m. - Michelle: The one at Osby\nbehind the mill",
        ),
    ),
    "dashes.txt": Reported(
        "gesiscss/WhatsR#32, langchain-ai/langchainjs#9254",
        CHAT_DASH.encode,
        alone=(
            "[01-29-2018, 23:33:00] Alice: Hello, is the crane back",
            "[01-29-2018, 23:45:01] Bob: Yes:\nit lifts five tonnes",
        ),
    ),
    "voices.vtt": Reported(
        "vevv/subby#35, asticode/go-astisub#97",
        VOICES.encode,
        ("Testerson", "I have landed in the harbour", "at quite a time.", "Anchor", "This is a broadcast."),
        ("<v", "<c", "</", "NOTE", "-->", "align"),
        once=("Hej & welcome.",),
    ),
    "forks.zip": Reported(
        "junegunn/fzf#3939, bufbuild/buf#2504", forks, ("The mole is 212 m long.",), ("libreoffice",)
    ),
    "marked.csv": Reported(
        "thephpleague/csv#586, #483",
        lambda: b"\xef\xbb\xbf" + b'"Berth, old\nnumber";"Fee"\n"A1";"3,50"\n"A2";"4,25"\n',
        ("Berth, old number\tFee", "A1\t3,50", "A2\t4,25"),
    ),
    "wide.csv": Reported(
        "adaltas/node-csv#365",
        lambda: "Berth\tFee\r\nA1\t3\r\nÅ2\t4\r\n".encode("utf-16"),
        ("Berth\tFee", "A1\t3", "Å2\t4"),
    ),
    "entries.log": Reported(
        "Pustur/whatsapp-chat-parser#266 (logs)",
        ENTRIES.encode,
        alone=("2026-03-01 10:00:01 INFO Pump started", "2026-03-01 10:05:00 INFO Pump stopped"),
    ),
    "system.txt": Reported(
        "alignerg/lappers-posts#133, JBGruber/rwhatsapp#14",
        SYSTEM.encode,
        alone=(
            "[19/10/2025, 01:02:19] Harbour: Rudi Holm added you",
            "[19/10/2025, 08:10:00] Bo Ek: the key is\nbehind the door",
            "[19/10/2025, 08:11:30] Ada Holm: thanks",
        ),
    ),
    "pasted.txt": Reported(
        "adifyr/obsidian-chat-view#34",
        PASTED.encode,
        alone=(
            "[Monday 9:09 PM] Ada Holm\nThe lock is stuck again",
            "[Monday 9:12 PM] Bo Ek\nI oil it at noon",
        ),
    ),
    "outputs.ipynb": Reported(
        "xberg-io/xberg (notebooks)",
        notebook,
        ("show()", "Berth", "A7", "ValueError: no depth"),
        ("\x1b", "[0;31m"),
        once=("A7",),
    ),
    "amounts.json": Reported(
        "SheetJS/sheetjs#673 (values)",
        (
            b'{"id": 12345678901234567890, "fee": 1.10, "deep": [{"note": null, "open": false}],'
            b' "note": "a &amp; b"}'
        ).__bytes__,
        ("12345678901234567890", "1.10", "a & b", "false"),
        ("12345678901234567000",),
    ),
}
