"""Complete lists of mixed folders: amounts in tables, dates in other languages, and what is shown of them."""

from pathlib import Path

import pytest
from typed import Typed

from citeback.index.readers import read
from citeback.index.records import Span
from citeback.rag.lists.amounts import amounts
from citeback.rag.lists.dates import dates
from citeback.rag.lists.names import organisations, people, places
from citeback.rag.lists.obligations import obligations
from citeback.rag.lists.table_amounts import amounts_of
from citeback.rag.lists.table_names import organisations_of, people_of


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Joan Pryce\t39\t£41,500\nSamir Haddad\t30\t£24,800", ["41,500 GBP", "24,800 GBP"]),
        ("Junior sail\t6\t£210.00\t£1,260.00", ["210 GBP", "1,260 GBP"]),
        ("39 £41,500", ["41,500 GBP"]),
        ("VAT 20 %\t\t\t£57.80\nNet\t5\tm", ["57.80 GBP"]),
        ("1.200,50 € 2.000 €", ["1,200.50 EUR", "2,000 EUR"]),
        ("It cost 300\nfrancs, or £5\nmillion.", ["300 CHF", "5,000,000 GBP"]),
        ("12\n€40", ["40 EUR"]),
        ("40 pence a mile, 1 penny a yard, 10 cents", ["40 pence", "1 penny", "10 cents"]),
    ],
)
def test_an_amount_ends_with_its_cell(text: str, values: list[str]) -> None:
    assert [item.value for item in amounts(text)] == values


@pytest.mark.parametrize(
    ("rows", "listed"),
    [
        ("Plan,Price per month (EUR)\nTeam,95\nPlus,1998", {"95": "95 EUR", "1998": "1,998 EUR"}),
        ("Year,Turnover (£ million)\n2023,1.5\n2024,2", {"1.5": "1,500,000 GBP", "2": "2,000,000 GBP"}),
        ("Plan,Price in €,Users\nTeam,€95,15\nPlus,free,20", {"€95": "95 EUR"}),
        ("Day,EUR/USD,Discount (% of EUR)\n1 May,1.08,10\n2 May,1.09,12", {}),
    ],
)
def test_the_head_of_a_column_names_the_currency(tmp_path: Path, rows: str, listed: dict[str, str]) -> None:
    (tmp_path / "prices.csv").write_text(rows)
    source = read(tmp_path / "prices.csv")
    assert {item.span.of(source.text): item.value for item in amounts_of(source)} == listed


def test_a_list_of_amounts_reads_tables(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "store"
    folder.mkdir()
    (folder / "prices.md").write_text(
        "| Plan | Price (EUR) |\n| --- | --- |\n| Team | 95 |\n| Plus | 120 |\n"
    )
    assert Typed("index", folder, "--store", store).status == 0
    items = Typed("list", "amounts", "--store", store, "--json").json["items"]
    assert [(each["value"], each["places"][0]["quote"]) for each in items] == [
        ("95 EUR", "95"),
        ("120 EUR", "120"),
    ]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Hamburg, 4. August 2025", {"4. August 2025": "2025-08-04"}),
        ("bis zum 30. September", {"30. September": "--09-30"}),
        ("Le 12 juin 2025, à Brest", {"12 juin 2025": "2025-06-12"}),
        ("el 3 de mayo de 2024", {"3 de mayo de 2024": "2024-05-03"}),
        ("le 1er mars", {"1er mars": "--03-01"}),
        ("The accounts for 2024 were approved.", {"2024": "2024"}),
        ("Harbour Lights, autumn 2025", {"2025": "2025"}),
        ("2019\t31200\t24800\n2020\t29800", {"2019": "2019", "2020": "2020"}),
        ("on 20 and 21 June 2026", {"20 and 21 June 2026": "2026-06-20", "21 June 2026": "2026-06-21"}),
        ("June 20–21, 2026", {"June 20–21, 2026": "2026-06-20", "21, 2026": "2026-06-21"}),
        (
            "from 30 December to 2 January 2026",
            {"30 December": "2025-12-30", "2 January 2026": "2026-01-02"},
        ),
        ("3. March 2024", {"March 2024": "2024-03"}),
    ],
)
def test_a_date_is_read_whole_in_any_language(text: str, listed: dict[str, str]) -> None:
    assert {item.span.of(text): item.value for item in dates(text)} == listed


@pytest.mark.parametrize(
    "text",
    [
        "before September.\n4. The yard",
        "before September\n4. The yard",
        "\n4. August was warm",
        "He had 3 Mars bars, and may 3 times march 4 miles",
        "for 1,500 members",
    ],
)
def test_a_number_beside_a_month_is_not_always_a_day(text: str) -> None:
    assert list(dates(text)) == []


def test_a_list_is_shown_in_words(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "store"
    folder.mkdir()
    (folder / "a.txt").write_text("Obtain a quote by 30 September.")
    assert Typed("index", folder, "--store", store).status == 0
    printed = Typed("list", "dates", "--store", store).out
    assert "30 September (no year)" in printed and "--09-30" not in printed
    assert "1 different date; 1 of 1 document read." in printed
    assert Typed("list", "dates", "--store", store, "--json").json["items"][0]["value"] == "--09-30"


@pytest.mark.parametrize(
    ("sentence", "listed"),
    [
        ("3. No fishing from the fuel berth.", True),
        ("Barbecues are forbidden on all boats.", True),
        ("No goods leave the yard without a note.", True),
        ("Do not swim in the harbour.", True),
        ("Lock the clubhouse and set the alarm", True),
        ("Payment is due on the first of the month.", True),
        ("The tenant will pay the rent in advance.", True),
        ("If availability falls below 99 %, the Customer receives a credit of 10 %.", True),
        ("The Provider will renew the certificate.", True),
        ("Each member pays the fee by 1 March.", True),
        ("You cannot park here.", True),
        ("Deposits cannot be refunded.", True),
        ("The module cannot handle time zones.", False),
        ("If you cannot update, disable the preview.", False),
        ("The customer receives many letters.", False),
        ("Either party may terminate with three months notice.", False),
        ("I shall not be able to come to the dinner.", False),
        ("After the storm it had to be closed.", False),
        ("No warning was given.", False),
        ("The delay is due to the storm.", False),
        ("No, nobody was hurt.", False),
    ],
)
def test_an_obligation_is_what_one_must_or_must_not_do(sentence: str, listed: bool) -> None:
    assert bool(list(obligations(sentence, [Span(0, len(sentence))]))) is listed


NAMED = (
    "Name: Samir Haddad. Colin Marsh wrote. Zdenek Vander remains secretary. Ineska Carvalho is in charge. "
    "Ottoline Brandt coordinates the list. Her name is Frey B. Lindqvist. Present: Xan Doyle (chair), "
    "Ruadh Adeyemi (treasurer) and Zdenek Vander. Later, Ottoline Brandt opened the door."
)


def test_people_stand_beside_a_verb_a_role_or_a_label() -> None:
    listed = [item.value for item in people(NAMED)]
    assert listed == [
        "Samir Haddad",
        "Colin Marsh",
        "Zdenek Vander",
        "Ineska Carvalho",
        "Ottoline Brandt",
        "Frey B. Lindqvist",
        "Xan Doyle",
        "Ruadh Adeyemi",
        "Zdenek Vander",
        "Ottoline Brandt",
    ]


def test_organisations_have_two_words_or_a_sign_and_are_no_acronyms() -> None:
    text = (
        "Sparkle & Sweep cleans. The company Redline Fire inspects it. Tidewater Engineering asks for more. "
        "We ordered from Sailcloth Direct. Service, VAT and the AGM are dear. The Senate agreed with NATO."
    )
    listed = [
        "Sparkle & Sweep",
        "Redline Fire",
        "Tidewater Engineering",
        "Sailcloth Direct",
        "Senate",
        "NATO",
    ]
    assert [item.value for item in organisations(text)] == listed


def test_what_is_damaged_or_written_to_is_no_place() -> None:
    text = "Damage to Blue Heron. The Minister for the Coast came to Plymouth. Mill Lane is shut."
    assert [item.value for item in places(text)] == ["Plymouth", "Mill Lane"]


SLA = (
    '# SLA between Skerry Software Ltd, Leeds (the "Provider"), and Norwood Clinics, Bristol (the "Customer")'
    '\n\nAlso Brack Elmira, Graz (the "Supplier").\n\nIt was reported by Anneke Vroom of Halden Security.'
    " Press Reconnect to try again. The Service Level Agreement names CRM, CVSS, IMAP, SAML and SFP ports. "
    "Network Security matters."
)


def test_parties_are_organisations_and_buttons_and_protocols_are_none() -> None:
    listed = ["Skerry Software Ltd", "Norwood Clinics", "Brack Elmira", "Halden Security"]
    assert [item.value for item in organisations(SLA)] == listed


def test_who_writes_in_a_chat_is_a_person() -> None:
    text = "[2026-01-19, 09:04] Mira Okonjo: I see it too.\n19/01/26, 9:05 - Lukas Feld: So do I."
    assert [item.value for item in people(text)] == ["Mira Okonjo", "Lukas Feld"]


def test_heads_of_columns_say_what_names_are_of(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "store"
    folder.mkdir()
    (folder / "roster.md").write_text(
        "| Week | On call |\n| --- | --- |\n| 6 | Mira Okonjo |\n| 7 | nobody |\n"
    )
    (folder / "tickets.csv").write_text(
        "Ticket,Customer,Hours\n1,Osprey Inns,2\n2,Brack Elmira,3\n3,Osprey Inns,1\n"
    )
    assert Typed("index", folder, "--store", store).status == 0
    for kind, values in (("people", ["Mira Okonjo"]), ("organisations", ["Osprey Inns", "Brack Elmira"])):
        items = Typed("list", kind, "--store", store, "--json").json["items"]
        assert [each["value"] for each in items] == values


@pytest.mark.parametrize(
    ("rows", "listed"),
    [
        ("Lap,Name,Club\n1,Wenna Trost,Skerry Rays\n2,Ada Holm,Mole Divers\n3,Ivo Brandt,Skerry Rays", 3),
        ("Name,Age\nWenna Trost,12\nOttla Venner,13", 2),
        ("Name,Length\nBlue Heron,12\nRed Kite,13", 0),
        ("Swimmer's name,Lane\nWenna Trost,1\nOttla Venner,2\nunknown,3", 2),
        ("Key,Keepers\n1,Wenna Trost\n2,Ottla Venner", 0),
        ("Gift,Donor\nclock,Dr Wenna Trost\nbell,Skerry Rovers\nrope,Skerry Bank\nlamp,Ottla Venner", 2),
        ("Gift,Donors\nclock,Dr Wenna Trost\nbell,Wenna Trost and Ivo Brandt\nrope,Skerry Bank", 2),
        ("Owner,Boat\nin the north,1\nsold again,2\nWenna Trost,3", 0),
        ("Maker,Work\nWenna Trost,jug\nAda Holm,bowl\nBrack & Sons,cup", 2),
    ],
)
def test_a_column_of_people_is_read_whole_if_most_cells_are_names(
    tmp_path: Path, rows: str, listed: int
) -> None:
    (tmp_path / "table.csv").write_text(rows)
    assert len({item.value for item in people_of(read(tmp_path / "table.csv"))}) == listed


@pytest.mark.parametrize(
    ("rows", "listed"),
    [
        ("Lap,Club\n1,TV Obersee\n2,Mole Divers\n3,Mole Divers", ["TV Obersee", "Mole Divers"]),
        ("Part,Supplier\nrope,Tauwerk\nlamp,Brack Elmira\nbell,none", ["Tauwerk", "Brack Elmira"]),
        ("Part,Company\nrope,yes\nlamp,no\nbell,Brack Elmira", []),
        ("Work,Maker\njug,Wenna Trost\nbowl,Ada Holm", []),
    ],
)
def test_a_column_of_organisations_is_read_whole(tmp_path: Path, rows: str, listed: list[str]) -> None:
    (tmp_path / "table.csv").write_text(rows)
    source = read(tmp_path / "table.csv")
    assert list(dict.fromkeys(item.value for item in organisations_of(source))) == listed
    assert not {item.value for item in people_of(source)} & {"Mole Divers", "Brack Elmira"}


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ("Heading,Budget 2025,Actual 2025\nRopes,6150,6382\nLamps,840,790", ["6,150", "6,382", "840", "790"]),
        ("Stall,Price per kg,Sold\nPlums,2.40,31\nPears,1.95,12", ["2.40", "1.95"]),
        ("Payee,Amount\nTauwerk,120.50\nMole,88.00", ["120.50", "88"]),
        ("Sack,Amount\nflour,500\nsugar,250", []),
        ("Task,Budget (hours),Actual hours\nmast,40,38\nhull,60,71", []),
        ("Loan,Cost (s),Paid members\nmast,40,38\nhull,60,71", []),
        (
            "Reserve,1 May 2024,1 May 2025\nMast reserve,7945,8820\nHull reserve,300,250",
            ["7,945", "8,820", "300", "250"],
        ),
        ("Species,1 May 2024,1 May 2025\nGulls,7945,8820\nTerns,300,250", []),
        ("Year,Rate of rent,Interest\n2024,3.25,4.10\n2025,3.50,4.20", []),
    ],
)
def test_columns_of_money_need_no_currency(tmp_path: Path, rows: str, values: list[str]) -> None:
    (tmp_path / "sums.csv").write_text(rows)
    assert [item.value for item in amounts_of(read(tmp_path / "sums.csv"))] == values


def test_words_above_a_table_name_its_currency(tmp_path: Path) -> None:
    (tmp_path / "sums.md").write_text(
        "# Accounts\n\nAll figures are in EUR.\n\n| Item | Total | Boats |\n| --- | --- | --- |\n"
        "| Ropes | 310 | 4 |\n| Lamps | 95 | 2 |\n"
    )
    assert [item.value for item in amounts_of(read(tmp_path / "sums.md"))] == ["310 EUR", "95 EUR"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We got £4,000.00. After the mast that leaves 1,462.40 for sails.", ["4,000 GBP", "1,462.40 GBP"]),
        ("We got £40 or €50. That leaves 1,462.40 for sails.", ["40 GBP", "50 EUR"]),
        ("We got £40. That leaves 1,462.40 km to sail.", ["40 GBP"]),
        ("That leaves 1,462.40 for sails.", []),
    ],
)
def test_a_sum_without_a_sign_has_the_one_currency_of_its_text(
    tmp_path: Path, text: str, values: list[str]
) -> None:
    (tmp_path / "chat.txt").write_text(text)
    assert [item.value for item in amounts_of(read(tmp_path / "chat.txt"))] == values
