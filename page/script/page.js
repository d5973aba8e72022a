// Behaviour without the server: find in document, keyboard shortcuts, copying, light and dark theme.
// It never creates HTML.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Find in document: CSS.highlights marks the matches, so the document's HTML does not change.
  const find = { ranges: [], at: 0 };

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
    if (!find.ranges.length) {
      told.textContent = field.value.trim() ? "not found" : "";
      return;
    }
    find.at = (find.at + step + find.ranges.length) % find.ranges.length;
    told.textContent = `${find.at + 1} of ${find.ranges.length}`;
    const now = find.ranges[find.at];
    CSS.highlights.set("found-now", new Highlight(now));
    now.startContainer.parentElement.scrollIntoView({ block: "center" });
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".find") || !window.CSS?.highlights) return;
    const body = event.target.closest(".panel").querySelector(".body");
    const wanted = event.target.value.trim();
    find.ranges = wanted && body ? ranges(body, wanted) : [];
    find.at = 0;
    CSS.highlights.delete("found-now");
    CSS.highlights.set("found", new Highlight(...find.ranges));
    show(event.target, 0);
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

  const escape = () => {
    const stop = document.querySelector("#stop");
    if (stop && visible(stop)) return stop.click();
    const back = all(".panel .back").filter(visible)[0];
    if (back) return back.click();
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

  // Copying: the Clipboard API is missing on a page served to another computer without encryption.
  const copy = async (text) => {
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
      await copy(button.dataset.copy);
      const said = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = said; }, 1500);
    }
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
  }).observe(document.body, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
})();
