"""Demonyms, and the spellings of their countries in tables."""

from collections.abc import Mapping

COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "afghan": ("afghanistan",),
    "albanian": ("albania",),
    "algerian": ("algeria",),
    "american": (
        "united states",
        "usa",
        "us",
        "u.s.",
    ),
    "argentine": (
        "argentina",
        "arg",
    ),
    "argentinian": (
        "argentina",
        "arg",
    ),
    "armenian": ("armenia",),
    "australian": (
        "australia",
        "aus",
    ),
    "austrian": (
        "austria",
        "aut",
    ),
    "belgian": (
        "belgium",
        "bel",
    ),
    "bolivian": ("bolivia",),
    "bosnian": ("bosnia",),
    "brazilian": (
        "brazil",
        "bra",
    ),
    "british": (
        "great britain",
        "united kingdom",
        "uk",
        "gbr",
    ),
    "bulgarian": (
        "bulgaria",
        "bul",
    ),
    "canadian": (
        "canada",
        "can",
    ),
    "chilean": ("chile",),
    "chinese": (
        "china",
        "chn",
    ),
    "colombian": (
        "colombia",
        "col",
    ),
    "croatian": (
        "croatia",
        "cro",
    ),
    "cuban": (
        "cuba",
        "cub",
    ),
    "czech": (
        "czech republic",
        "czechoslovakia",
        "cze",
    ),
    "danish": (
        "denmark",
        "den",
    ),
    "dutch": (
        "netherlands",
        "ned",
    ),
    "ecuadorian": ("ecuador",),
    "egyptian": ("egypt",),
    "english": (
        "england",
        "eng",
    ),
    "estonian": ("estonia",),
    "ethiopian": ("ethiopia",),
    "finnish": (
        "finland",
        "fin",
    ),
    "french": (
        "france",
        "fra",
    ),
    "georgian": ("georgia",),
    "german": (
        "germany",
        "west germany",
        "ger",
    ),
    "ghanaian": ("ghana",),
    "greek": (
        "greece",
        "gre",
    ),
    "hungarian": (
        "hungary",
        "hun",
    ),
    "icelandic": ("iceland",),
    "indian": (
        "india",
        "ind",
    ),
    "indonesian": ("indonesia",),
    "iranian": ("iran",),
    "iraqi": ("iraq",),
    "irish": (
        "ireland",
        "irl",
    ),
    "israeli": ("israel",),
    "italian": (
        "italy",
        "ita",
    ),
    "jamaican": ("jamaica",),
    "japanese": (
        "japan",
        "jpn",
    ),
    "jordanian": ("jordan",),
    "kazakh": ("kazakhstan",),
    "kenyan": ("kenya",),
    "korean": (
        "south korea",
        "korea",
        "kor",
    ),
    "kuwaiti": ("kuwait",),
    "latvian": ("latvia",),
    "lebanese": ("lebanon",),
    "lithuanian": ("lithuania",),
    "malaysian": ("malaysia",),
    "maltese": ("malta",),
    "mexican": (
        "mexico",
        "mex",
    ),
    "moroccan": ("morocco",),
    "nepalese": ("nepal",),
    "nigerian": ("nigeria",),
    "norwegian": (
        "norway",
        "nor",
    ),
    "pakistani": ("pakistan",),
    "peruvian": ("peru",),
    "polish": (
        "poland",
        "pol",
    ),
    "portuguese": (
        "portugal",
        "por",
    ),
    "romanian": (
        "romania",
        "rou",
    ),
    "russian": (
        "russia",
        "soviet union",
        "rus",
    ),
    "saudi": ("saudi arabia",),
    "scottish": (
        "scotland",
        "sco",
    ),
    "serbian": (
        "serbia",
        "srb",
    ),
    "slovak": ("slovakia",),
    "slovene": ("slovenia",),
    "slovenian": ("slovenia",),
    "soviet": (
        "soviet union",
        "ussr",
    ),
    "spanish": (
        "spain",
        "esp",
    ),
    "swedish": (
        "sweden",
        "swe",
    ),
    "swiss": (
        "switzerland",
        "sui",
    ),
    "syrian": ("syria",),
    "taiwanese": (
        "taiwan",
        "chinese taipei",
    ),
    "thai": ("thailand",),
    "tunisian": ("tunisia",),
    "turkish": (
        "turkey",
        "tur",
    ),
    "ugandan": ("uganda",),
    "ukrainian": (
        "ukraine",
        "ukr",
    ),
    "uruguayan": ("uruguay",),
    "venezuelan": ("venezuela",),
    "vietnamese": ("vietnam",),
    "welsh": ("wales",),
    "zimbabwean": ("zimbabwe",),
}
