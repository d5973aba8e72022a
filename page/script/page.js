// Behaviour without the server: find in document, keyboard shortcuts, copying, light and dark theme.
// It never creates HTML.
(() => {
  const said = (...message) => window.citebackSaid(...message);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Find in document: CSS.highlights marks the matches, so the document's HTML does not change.
  const find = { ranges: [], at: 0, field: null, body: null };

  // A match may stand anywhere in a long paragraph, and the head of the panel covers what is above.
  const reveal = (range) => {
    const panel = range.startContainer.parentElement.closest(".panel");
    let pane = panel;
    while (pane && pane.scrollHeight <= pane.clientHeight + 1) pane = pane.parentElement;
    const head = panel.querySelector("header").getBoundingClientRect();
    const view = (pane || document.documentElement).getBoundingClientRect();
    const top = Math.max(head.bottom, 0);
    const middle = (top + Math.min(view.bottom, innerHeight)) / 2;
    (pane || window).scrollBy(0, range.getBoundingClientRect().top - middle);
  };

  const ranges = (body, wanted) => {
    const nodes = [];
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    let text = "";
    while (walker.nextNode()) {
      nodes.push([text.length, walker.currentNode]);
      text += walker.currentNode.data;
    }
    const inside = (offset) => {
      let low = 0;
      for (let high = nodes.length; high - low > 1;) {
        const middle = (low + high) >> 1;
        if (nodes[middle][0] <= offset) low = middle;
        else high = middle;
      }
      return [nodes[low][1], Math.min(offset - nodes[low][0], nodes[low][1].data.length)];
    };
    const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
    return [...text.matchAll(pattern)].slice(0, 2000).map((match) => {
      const range = new Range();
      range.setStart(...inside(match.index));
      range.setEnd(...inside(match.index + match[0].length));
      return range;
    });
  };

  const show = (field, step) => {
    const told = field.parentElement.querySelector("output");
    const body = field.closest(".panel").querySelector(".body");
    if (find.field !== field || find.body !== body) return look(field);
    if (!find.ranges.length) {
      told.textContent = field.value.trim() ? said("not found") : "";
      return;
    }
    find.at = (find.at + step + find.ranges.length) % find.ranges.length;
    told.textContent = said("{number} of {many}", { number: find.at + 1, many: find.ranges.length });
    const now = find.ranges[find.at];
    CSS.highlights.set("found-now", new Highlight(now));
    return reveal(now);
  };

  const look = (field) => {
    const body = field.closest(".panel").querySelector(".body");
    const wanted = field.value.trim();
    Object.assign(find, { field, body, at: 0, ranges: wanted && body ? ranges(body, wanted) : [] });
    CSS.highlights.delete("found-now");
    CSS.highlights.set("found", new Highlight(...find.ranges));
    show(field, 0);
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".find") || !window.CSS?.highlights) return;
    look(event.target);
  });

  // Keyboard shortcuts: / to ask, Esc to stop or go back, j and k to move between citations.
  const visible = (element) => element.offsetParent !== null;
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  const cited = (by) => {
    const panel = all(".panel .steps a").filter(visible);
    const step = panel.find((link) => link.classList.contains(by > 0 ? "next" : "previous"));
    if (step) return step.click();
    const markers = all("#log .marker").filter(visible);
    const at = markers.indexOf(document.activeElement);
    const next = markers[at < 0 ? (by > 0 ? 0 : markers.length - 1) : at + by];
    next?.focus();
    return next?.scrollIntoView({ block: "nearest" });
  };

  // A sentence and its source light up together; where the source is out of sight, a card shows it. The card
  // stands over the panel, at the height of its marker, so that no line of the answer is covered.
  const carded = (marker) => {
    const card = marker.querySelector(".card");
    const panel = document.querySelector("#panel")?.getBoundingClientRect();
    const from = marker.getBoundingClientRect();
    if (!card?.showPopover || !panel || panel.left < from.right) return;
    card.style.left = `${panel.left + 16}px`;
    card.style.width = `${Math.min(panel.width - 32, 640)}px`;
    card.showPopover();
    const most = innerHeight - card.offsetHeight - 16;
    card.style.top = `${Math.max(72, Math.min(from.top - 12, most))}px`;
  };
  const dark = () => {
    for (const each of all(".lit")) each.classList.remove("lit");
    for (const card of all(".card:popover-open")) card.hidePopover();
  };
  const light = (event) => {
    const target = event.target.closest?.("#log .claim, #panel .quote");
    dark();
    if (!target) return;
    const refs = target.matches(".quote") ? [target.getAttribute("href")]
      : all(".marker", target).map((marker) => marker.getAttribute("href"));
    const sources = refs.flatMap((ref) => all(`#panel .quote[href="${ref}"]`));
    const sentences = refs.flatMap((ref) => all(`#log .claim:has(.marker[href="${ref}"])`));
    for (const each of [...sources, ...sentences]) each.classList.add("lit");
    const marker = event.target.closest("#log .marker");
    if (marker && sources.length) sources[0].scrollIntoView({ block: "nearest" });
    else if (marker) carded(marker);
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);

  // A menu closes when something else is clicked.
  document.addEventListener("click", (event) => {
    for (const menu of all("details:is(.menu, .formats)[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // Where a panel was opened from: the focus goes back there once the panel has closed, unless it has moved on.
  let opener = "";
  let leaving = null; // the link that closes a panel, until it is gone
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && !link.closest(".panel > header") && !link.matches(".back")) opener = link.getAttribute("href");
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".panel .back");
    if (link) leaving = { link, place: link.closest("#panel, #passage, #reading, #review-reader") };
  });
  const back = () => {
    if (!leaving || (leaving.link.isConnected && leaving.link.matches(".panel .back"))) return;
    const moved = document.activeElement !== document.body && !leaving.place?.contains(document.activeElement);
    leaving = null;
    if (moved || !opener) return;
    all(`a[href="${opener}"]`).filter(visible)[0]?.focus({ preventScroll: true });
  };

  const escape = () => {
    const stop = document.querySelector("#stop");
    if (stop && visible(stop)) return stop.click();
    if (document.querySelector("#drawer.open")) return drawer(false);
    const menu = document.querySelector("details:is(.menu, .formats)[open]");
    if (menu) {
      menu.open = false;
      return menu.querySelector("summary").focus();
    }
    const leave = all(".panel .back").filter(visible).pop();
    if (leave) return leave.click();
    return document.activeElement?.blur();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.(".find") && event.key === "Enter") {
      event.preventDefault();
      show(event.target, event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") escape();
    else if (typing(event.target)) return;
    else if (event.key === "/") {
      event.preventDefault();
      all("#question textarea, #lookup-form input[name=question]").filter(visible)[0]?.focus();
    } else if (event.key === "j") cited(1);
    else if (event.key === "k") cited(-1);
  });

  // Copying, as text and as HTML for word processors. The Clipboard API is missing on a page served to another
  // computer without encryption.
  const copy = async (text, rich) => {
    if (navigator.clipboard && rich && window.ClipboardItem) {
      const as = (type, words) => ({ [type]: new Blob([words], { type }) });
      return navigator.clipboard.write([new ClipboardItem({ ...as("text/plain", text), ...as("text/html", rich) })]);
    }
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    return field.remove();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) {
      const link = button.dataset.link ? location.origin + button.dataset.link : "";
      const linked = link.replaceAll("&", "&amp;");
      const rich = button.dataset.rich && button.dataset.rich + (link ? `<p><a href="${linked}">${linked}</a></p>` : "");
      await copy(button.dataset.copy + (link ? `\n${link}` : ""), rich);
      const label = button.textContent;
      button.textContent = said("Copied");
      setTimeout(() => { button.textContent = label; }, 1500);
    }
  });

  // The sections of the Review tab: one is shown at a time.
  // Gradio draws a tab when it is first opened, so that its sections come later than the page.
  let first = location.hash.slice(1).split("/").pop();
  const section = () => document.querySelector("#review-sections [aria-pressed=true]")?.dataset.section || "";
  const open = (name) => {
    const buttons = all("#review-sections [data-section]");
    if (!buttons.some((each) => each.dataset.section === name)) return;
    for (const each of buttons) each.setAttribute("aria-pressed", each.dataset.section === name);
    for (const each of all(".review-section")) each.classList.toggle("open", each.id === `review-${name}`);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-section]");
    if (!button) return;
    open(button.dataset.section);
    address();
  });

  // The address names the tab or the conversation, so that a reload and a bookmark lead back to it.
  const named = { "look-up": "look-up", review: "review", documents: "documents", settings: "settings" };
  const selected = () => document.querySelector("#tabs [role=tab][aria-selected=true]");
  const address = () => {
    const tab = selected()?.dataset.tabId;
    if (!tab) return;
    const talk = document.querySelector("#log .log")?.dataset.talk;
    const place = named[tab] === "review" ? `review/${section()}` : named[tab];
    const name = `${talk ? `/c/${talk}` : "/"}${place ? `#${place}` : ""}`;
    if (`${location.pathname}${location.search}${location.hash}` !== name) history.replaceState(null, "", name);
  };
  let begun = false;
  let waiting = 0; // the timer, while a part does not listen yet
  const begin = () => {
    const tabs = all("#tabs [role=tab]");
    const parts = all("#log .log, #sources-chosen .chosen-sources");
    if (begun || waiting || !tabs.length || !document.querySelector("#log .log")) return;
    if (!parts.every((each) => window.citebackHeard(each))) {
      waiting = setTimeout(() => { waiting = 0; settle(); }, 20); // each part looks for this script as often
      return;
    }
    begun = true;
    // Not by autofocus, which a browser may block; and not where it would open a keyboard on the screen.
    if (document.activeElement === document.body && matchMedia("(hover: hover)").matches) {
      document.querySelector("#question textarea")?.focus({ preventScroll: true });
    }
    follow(location.hash.slice(1).split("/"));
    window.citebackBegin();
  };
  // The drawer of conversations.
  const drawer = (open) => {
    const pane = document.querySelector("#drawer");
    if (!pane || pane.classList.contains("open") === open) return;
    pane.classList.toggle("open", open);
    if (open) {
      document.querySelector("#find-talk form")?.requestSubmit();
      document.querySelector("#find-talk input")?.focus();
    } else document.querySelector("#log [data-drawer]")?.focus();
  };
  document.addEventListener("click", (event) => {
    const pane = document.querySelector("#drawer");
    if (event.target.closest?.("[data-drawer]")) drawer(!pane.classList.contains("open"));
    else if (event.target.closest?.("#talks .name-of") || !event.target.closest?.("#drawer")) drawer(false);
  });
  const follow = (parts) => {
    if (parts.includes("history")) drawer(true);
    all("#tabs [role=tab]").find((tab) => parts.includes(named[tab.dataset.tabId]))?.click();
  };
  // An address typed into an open page, or followed from a note, leads to its tab and section as well.
  window.addEventListener("hashchange", (event) => {
    const parts = new URL(event.newURL).hash.slice(1).split("/");
    first = parts.at(-1);
    follow(parts);
    open(first);
    address();
  });
  // Selecting rows. Gradio reuses the boxes of a list for other rows, and a box that is ticked stays so: what it was
  // ticked for is remembered, so that sorting or deleting never selects another document.
  const ticked = new WeakMap();
  const count = (form) => {
    const output = form.querySelector(".chosen .count");
    if (output) output.textContent = said("{number} selected", { number: all("input[name=chosen]:checked", form).length });
  };
  const untick = () => {
    for (const box of all("input[name=chosen]")) {
      if (!ticked.has(box) || ticked.get(box) === box.value) continue;
      ticked.delete(box);
      box.checked = box.hasAttribute("checked");
      all("input[data-all]", box.form).forEach((each) => { each.checked = false; });
      count(box.form);
    }
  };
  const local = { dateStyle: "medium", timeStyle: "short" };
  // What is typed runs in its own direction: Gradio draws the question field, and knows only one.
  const typed = "#question textarea, .cb textarea, .cb input:is([type=search], [type=text])";
  const settle = () => {
    begin();
    const language = document.querySelector("#log .log")?.dataset.language || "en";
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    for (const field of all(typed)) if (field.dir !== "auto") field.dir = "auto";
    for (const time of all("time[datetime]")) {
      const words = new Date(time.dateTime).toLocaleString([], local);
      if (time.textContent !== words) time.textContent = words;
    }
    untick();
    back();
    if (begun) window.citebackResume();
    if (document.querySelector(".review-section") && !document.querySelector(".review-section.open")) {
      open(section());
      open(first);
    }
    if (begun && (section() || selected()?.dataset.tabId !== "review")) address();
    const ref = document.querySelector("#panel .panel")?.dataset.ref || "";
    for (const link of all("#log .marker, #log .passage")) {
      const open = ref && link.getAttribute("href") === `#${ref}`;
      if (open !== link.hasAttribute("aria-current")) link.toggleAttribute("aria-current", open);
    }
  };

  // The box in the head selects all rows.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-many=chosen]");
    if (!form) return;
    for (const box of all("input[name=chosen]", form)) {
      if (event.target.dataset.all) box.checked = event.target.checked;
      ticked.set(box, box.value);
    }
    count(form);
  });

  // Light and dark theme: the user's choice, or else the system's, which Gradio applies.
  const chosen = () => localStorage.getItem("citeback-theme");
  const dress = () => {
    const dark = chosen() ? chosen() === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("dark", dark);
    all("input[name=theme]").forEach((each) => { each.checked = each.value === (chosen() || "system"); });
  };
  document.addEventListener("change", (event) => {
    if (event.target.name !== "theme") return;
    if (event.target.value === "system") localStorage.removeItem("citeback-theme");
    else localStorage.setItem("citeback-theme", event.target.value);
    dress();
  });
  new MutationObserver(() => {
    const button = document.querySelector(`input[name=theme][value=${chosen() || "system"}]`);
    const wrong = chosen() && document.body.classList.contains("dark") !== (chosen() === "dark");
    if (wrong || (button && !button.checked)) dress();
    settle();
  }).observe(document.body, { attributes: true, attributeFilter: ["class", "aria-selected", "value"], childList: true, subtree: true });
  settle(); // everything else may be drawn already
})();
