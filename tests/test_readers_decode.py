"""Bytes to text: UTF-8 to the letter, other encodings as their readers would expect."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.errors import ReadError
from citeback.index.readers.common.decode import decode

DECLARATION = re.compile(rb"(<\?xml[^>]{,200}?|<meta[^>]{,500}?)(?:encoding|charset)\s*=", re.IGNORECASE)
SHARED = Path(__file__).parents[1].parent / "shared"
GERMAN = "Der Zähler läuft seit Jahren über die Brücke, und niemand hört je, wie er fällt. "
FRENCH = "L'été dernier, la forêt était déjà brûlée ; où le garçon a-t-il laissé son vélo ? "
POLISH = "Wczoraj późnym wieczorem żółty pociąg zatrzymał się na stacji, a ludzie wciąż czekali. "
CZECH = "Příliš žluťoučký kůň včera úpěl ďábelské ódy, a nikdo mu nerozuměl ani slovo. "
RUSSIAN = "Вчера вечером поезд остановился на маленькой станции, и никто не вышел на перрон. "
GREEK = "Χθες το βράδυ το τρένο σταμάτησε στον μικρό σταθμό και κανείς δεν κατέβηκε. "
JAPANESE = "昨日の夜、列車は小さな駅に止まりましたが、誰も降りませんでした。"
KOREAN = "어젯밤 기차는 작은 역에 멈췄지만 아무도 내리지 않았습니다. "
CHINESE = "昨天晚上，火车停在一个小站，没有人下车。"
HUNGARIAN = (
    "Tegnap este a vonat megállt a kis állomáson, de senki sem szállt le róla, csak az őr ült a tűznél. "
)
SLOVENE = (
    "Včeraj zvečer se je vlak ustavil na majhni postaji, a nihče ni izstopil, čeprav je še vedno deževalo. "
)
ROMANIAN = (
    "Aseară trenul s-a oprit într-o gară mică, dar nimeni nu a coborât, deşi ploua încă şi ţipa vântul. "
)
TURKISH = (
    "Dün akşam tren küçük bir istasyonda durdu, ama kimse inmedi; yağmur hâlâ yağıyordu, ışıklar sönüktü. "
)
LITHUANIAN = (
    "Vakar vakare traukinys sustojo mažoje stotyje, bet niekas neišlipo, nors lijo ir švietė žibintas. "
)
SPANISH = (
    "Anoche el tren se detuvo en la pequeña estación, pero nadie bajó; ¿quién esperaría más allá del andén? "
)
SWEDISH = (
    "I går kväll stannade tåget vid den lilla stationen, men ingen steg av fast det ännu ösregnade på ön. "
)
UKRAINIAN = "Учора ввечері поїзд зупинився на маленькій станції, але ніхто не вийшов, хоч іще йшов дощ. "
BULGARIAN = "Снощи влакът спря на малката гара, но никой не слезе, въпреки че още валеше дъжд. "
HEBREW = "אתמול בערב עצרה הרכבת בתחנה הקטנה, אבל איש לא ירד ממנה. "
ARABIC = "توقف القطار مساء أمس في المحطة الصغيرة، لكن أحدا لم ينزل منه. "
THAI = "เมื่อคืนนี้รถไฟจอดที่สถานีเล็กๆ แต่ไม่มีใครลงจากรถ "
TRADITIONAL = "昨天晚上，火車停在一個小站，沒有人下車，雖然雨還在下。"
# What `open(encoding="utf-8")` can read; NUL means binary data here.
UNICODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(UNICODE)
def test_utf8_is_read_code_point_for_code_point(text: str) -> None:
    data = text.encode()
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x1b$" not in data:
        assert decode(data) == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@given(text=UNICODE)
def test_a_byte_order_mark_decides(encoding: str, text: str) -> None:
    mark = "\ufeff" if encoding == "utf-8-sig" else ""
    assert decode(text.encode(encoding)) == mark + text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((GERMAN, encoding) for encoding in ("iso-8859-1", "cp1252")),
        *((FRENCH, encoding) for encoding in ("iso-8859-1", "cp1252")),
        *((POLISH, encoding) for encoding in ("iso-8859-2", "cp1250")),
        *((CZECH, encoding) for encoding in ("iso-8859-2", "cp1250")),
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "iso-8859-5", "cp866")),
        *((GREEK, encoding) for encoding in ("cp1253", "iso-8859-7")),
        *((JAPANESE, encoding) for encoding in ("shift_jis", "euc-jp", "iso2022_jp")),
        *((KOREAN, encoding) for encoding in ("euc-kr", "iso2022_kr")),
        *((CHINESE, encoding) for encoding in ("gb18030", "gbk", "gb2312", "hz")),
        *((TRADITIONAL, encoding) for encoding in ("big5", "gb18030")),
        *((KOREAN, encoding) for encoding in ("johab",)),
        *((GERMAN, encoding) for encoding in ("mac_roman", "cp850", "cp437")),
        *((SPANISH, encoding) for encoding in ("cp1252", "mac_roman", "cp850")),
        *((SWEDISH, encoding) for encoding in ("cp1252", "mac_roman", "cp850")),
        *((HUNGARIAN, encoding) for encoding in ("cp1250", "iso-8859-2", "cp852")),
        *((SLOVENE, encoding) for encoding in ("cp1250", "iso-8859-2", "cp852")),
        *((ROMANIAN, encoding) for encoding in ("cp1250", "iso-8859-2")),
        *((TURKISH, encoding) for encoding in ("cp1254", "iso-8859-9", "cp857")),
        *((LITHUANIAN, encoding) for encoding in ("cp1257", "iso-8859-13")),
        *((RUSSIAN, encoding) for encoding in ("mac_cyrillic", "cp855")),
        *((UKRAINIAN, encoding) for encoding in ("cp1251", "koi8-u")),
        *((BULGARIAN, encoding) for encoding in ("cp1251", "iso-8859-5", "cp866")),
        *((HEBREW, encoding) for encoding in ("cp1255", "iso-8859-8")),
        *((ARABIC, encoding) for encoding in ("cp1256", "iso-8859-6")),
        *((THAI, encoding) for encoding in ("cp874", "tis-620")),
        *((GERMAN, encoding) for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
    ],
)
def test_encodings_without_a_mark_are_recognised(text: str, encoding: str) -> None:
    assert decode((text * 4).encode(encoding)) == text * 4
    if not encoding.startswith("utf"):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["café", "Müller", "Größe", "She said “yes” – and left.", "It was 20 °C."])
def test_a_few_western_words_are_not_taken_for_another_alphabet(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("declaration", ["<meta charset={}>", "<?xml version='1.0' encoding='{}'?>"])
@pytest.mark.parametrize(
    ("encoding", "text"), [("koi8-r", "да"), ("iso-8859-8", "שלום"), ("shift_jis", "駅"), ("latin1", "“é”")]
)
def test_a_declared_encoding_is_honoured(declaration: str, encoding: str, text: str) -> None:
    written = "cp1252" if encoding == "latin1" else encoding
    page = declaration.format(encoding) + text
    assert decode(page.encode(written)) == page


def test_utf8_is_believed_before_what_a_page_declares() -> None:
    page = '<meta charset="iso-8859-1">Größe'
    assert decode(page.encode()) == page


@pytest.mark.parametrize(
    "codec", ["unicode_escape", "punycode", "utf-7", "rot13", "zlib", "cp037", "no such"]
)
def test_a_page_cannot_choose_a_codec_that_is_no_charset(codec: str) -> None:
    page = f"<meta charset='{codec}'>" + GERMAN
    assert decode(page.encode("cp1252")) == page


@pytest.mark.parametrize("broken", [b"\xff", b"\xe2\x82"])
def test_damaged_utf8_is_read_with_replacement_marks(broken: bytes) -> None:
    text = RUSSIAN * 3
    assert decode(text.encode() + broken) == text + "\ufffd"


@pytest.mark.parametrize("stray", [b"\x81", b"\x9d\xff\x8f"])
def test_a_stray_byte_does_not_make_a_plain_text_unreadable(stray: bytes) -> None:
    text = "2026-01-01 INFO the crane was started and the harbour master was told. " * 4
    result = decode(text.encode() + stray + text.encode())
    assert result.startswith(text)
    assert result.endswith(text)


@pytest.mark.parametrize("data", [b"words\0words", bytes(range(256)), b"\0" * 40, b"\x7fELF\2\1\1\0\0\0"])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="binary data"):
        decode(data)


@given(st.binary(max_size=300))
def test_whatever_is_decoded_can_be_encoded(data: bytes) -> None:
    try:
        decode(data).encode()
    except ReadError as error:
        assert str(error)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is absent")
def test_listed_encodings_are_recognised() -> None:
    lines = (SHARED / "hostile" / "index.jsonl").read_text().splitlines()
    listed = [row for row in map(json.loads, lines) if "expected_encoding" in row]
    right = sum(_as_listed(SHARED / "hostile" / row["file"], row["expected_encoding"]) for row in listed)
    assert right >= 0.95 * len(listed)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is absent")
def test_listed_encodings_are_recognised_where_no_document_declares_its_own() -> None:
    lines = (SHARED / "hostile" / "index.jsonl").read_text().splitlines()
    listed = [row for row in map(json.loads, lines) if "expected_encoding" in row]
    silent = [
        (DECLARATION.sub(rb"\1", (SHARED / "hostile" / row["file"]).read_bytes()), row["expected_encoding"])
        for row in listed
    ]
    assert sum(_read_as(data, expected) for data, expected in silent) >= 0.95 * len(silent)


def _as_listed(path: Path, expected: str) -> bool:
    return _read_as(path.read_bytes(), expected)


def _read_as(data: bytes, expected: str) -> bool:
    """Tell whether bytes are read as their listed encoding, or a superset of it, reads them."""
    supersets = {"GB2312": "gb18030", "Big5": "big5hkscs", "iso-8859-1": "cp1252", "utf-8-sig": "utf-8"}
    try:
        result = decode(data)
        names = (supersets.get(expected, expected), expected)
        return result in {data.decode(name, errors="replace") for name in names}
    except (ReadError, LookupError, ValueError):
        return False
