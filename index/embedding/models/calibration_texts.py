"""Calibration texts for quantization, of many genres and scripts."""

CALIBRATION_TEXTS = (
    "The council met on Tuesday, 14 March, to settle the price of water. Of eleven members nine voted for "
    "the plan that the mayor, Ines Calder, had put forward; two stayed away. From June a household will "
    "pay 3.40 a month more, and the works at the old reservoir, which have cost 12 million so far, will go "
    "on.",
    "Dear Mr Okafor,\n\nthank you for your letter of the 3rd. We have looked into the damage to your roof "
    "and are sorry that nobody came. Our fitter, Ms Lund, can be with you on Friday before noon. Should "
    "that not suit you, please ring 0555 01 42 or write to repairs@example.org.\n\nYours sincerely,\nP. "
    "Adeyemi",
    "Methods. Ninety-four patients with stage II disease were assigned at random to receive either 20 mg "
    "of the compound or a placebo daily for 12 weeks. Serum levels fell by 31 % (95 % CI 22 to 39, p < "
    "0.001) in the treated group, and no difference in mortality was observed. Expression of the receptor "
    "was measured by PCR in T cells and macrophages; mutations of BRCA1 were found in seven samples.",
    "7.2 The Tenant shall not assign, sublet or part with possession of the Premises without the prior "
    "written consent of the Landlord, such consent not to be unreasonably withheld. 7.3 Either party may "
    "terminate this Agreement by giving not less than three (3) months' notice, save as provided in Clause "
    "9(b).",
    "| Year | Ships | Tonnage | Lost |\n|---|---|---|---|\n| 1911 | 48 | 112,300 | 2 |\n| 1912 | 51 | "
    "120,750 | 0 |\n| 1913 | 39 | 98,020 | 5 |\n| total | 138 | 331,070 | 7 |",
    "import os\n\n\ndef sizes(folder: str) -> dict[str, int]:\n    # links are left out\n    found = "
    "{}\n    for entry in os.scandir(folder):\n        if "
    "entry.is_file(follow_symlinks=False):\n            found[entry.name] = entry.stat().st_size\n    "
    "return found  # {'a.txt': 120}",
    "“You never told me,” she said. He shrugged. “You never asked!” Rain ran down the window; somewhere "
    "below, a dog barked twice and was quiet. Was that all? It was not, and both of them knew it.",
    "Soak the beans overnight. Fry two onions in butter until they are brown, add garlic, 1 tsp of cumin "
    "and a bay leaf, then the beans and 750 ml of stock. Simmer for an hour and a half. Serve with rice "
    "and lemon.",
    "In the siege of 1683 the city held out for two months, until an army under the Polish king John III "
    "Sobieski came down from the hills. Historians disagree about how many men fought: older books say "
    "80,000, newer ones fewer than 70,000. The sultan's tents were sold, and coffee, so the legend has it, "
    "was found in them. Beethoven, Freud and the Habsburg court belong to a later chapter of the same "
    "walls.",
    "ERROR 2024-11-03 22:14:07 worker-3 timeout after 30s (attempt 2/5): GET "
    "https://api.example.com/v2/items?id=9f3c&page=4 -> 504; retrying. See README.md#limits or "
    "C:\\logs\\app.log",
    "Die Gemeinde hat beschlossen, die Brücke über den Fluß bis Oktober zu sperren. Le maire n'a pas "
    "répondu à nos questions. El informe, de 48 páginas, se publicará mañana. Città, acqua, perché no?",
    "Совет собрался во вторник. 委员会于三月十四日开会,讨论水价。 "
    "اجتمع المجلس يوم الثلاثاء. Η σύνοδος άρχισε στις εννέα. "
    "会議は火曜日に開かれた。",
    "CHAPTER IV\n\n1. Summary of findings\n2. Recommendations\n   a) Budget 2019–2021: EUR 4.5 m\n   b) "
    "Staff: +12 (net)\n3. Annex … see p. 117\n\n* * *\n\nNOTE: NOT TO BE QUOTED WITHOUT PERMISSION!!!",
    "A glacier is a body of ice that moves under its own weight. It forms where more snow falls than "
    "melts, over many years, and flows like a slow river: a few centimetres a day, sometimes metres. Its "
    "ice looks blue because it absorbs red light. Two thirds of the fresh water on Earth lies in such ice.",
    "ok",
    "Who was born in Leeds?",
)
