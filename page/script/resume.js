// What a reload would lose: a question that is not sent yet, the source that is open, the documents that are ticked,
// and what was typed and found under Look up. The tab keeps it while the page is reloaded.
(() => {
  const KEPT = "citeback-left";
  const lookup = () => document.querySelector("#lookup-form");
  const chosen = () => document.querySelector("#sources-chosen [data-names]")?.dataset.names || "[]";
  let left = null; // what is still to be put back
  const searched = () => {
    const form = lookup();
    if (!form) return left?.lookup || null; // the tab was not opened since
    const found = Boolean(document.querySelector("#results .passage"));
    return { typed: Object.fromEntries(new FormData(form)), found, ref: document.querySelector("#passage .panel")?.dataset.ref };
  };
  addEventListener("pagehide", () => {
    sessionStorage.setItem(KEPT, JSON.stringify({
      question: document.querySelector("#question textarea")?.value || "",
      ref: document.querySelector("#panel .panel")?.dataset.ref || "",
      talk: document.querySelector("#log .log")?.dataset.talk || "",
      chosen: chosen(),
      lookup: searched(),
    }));
  });

  const clickLink = (place, ref) => {
    const link = [...document.querySelectorAll(`${place} a`)].find((each) => each.getAttribute("href") === `#${ref}`);
    link?.click();
    return Boolean(link);
  };
  const fill = (form, typed) => {
    for (const [name, value] of Object.entries(typed)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
  };

  // Gradio draws a tab when it is first opened, so that its form comes later than the page.
  window.citebackResume = () => {
    const was = left?.lookup;
    const form = was && lookup();
    if (form && !was.filled) {
      was.filled = true;
      fill(form, was.typed);
      if (was.found) form.requestSubmit();
    }
    if (form && (!was.found || !was.ref || clickLink("#results", was.ref))) left.lookup = null;
  };
  window.citebackBegin = () => {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    sessionStorage.removeItem(KEPT);
    if (!kept || performance.getEntriesByType("navigation")[0]?.type !== "reload") return;
    left = kept;
    const field = document.querySelector("#question textarea");
    if (left.question && field && !field.value) {
      field.value = left.question;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (left.talk && left.talk === document.querySelector("#log .log")?.dataset.talk) clickLink("#log", left.ref);
    const chooser = document.querySelector("#sources-chosen .chosen-sources");
    if (chooser && left.chosen && left.chosen !== "[]") {
      window.citebackHeard(chooser, "act", { act: "take", chosen: left.chosen });
    }
  };
})();
