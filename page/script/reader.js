// The pages of a document as pictures: turned, enlarged and fetched ahead without the server's events.
(() => {
  const said = (...message) => window.citebackSaid(...message);
  const KEPT = 12; // pictures
  const ZOOMS = [1, 1.25, 1.5, 2, 3];
  const pictures = new Map(); // address of a page -> promise of { url, top }
  const state = new WeakMap(); // view -> { path, page, wanted }
  const ahead = new WeakMap(); // view -> address of the page that was fetched before it is looked at
  let paged = false;
  let zoom = 0;

  const fetched = (at) => {
    if (pictures.has(at)) return pictures.get(at);
    const picture = fetch(at).then(async (answer) => {
      if (!answer.ok) throw new Error(said("This page cannot be shown. The file may have changed; the text is as it was indexed."));
      return { url: URL.createObjectURL(await answer.blob()), top: Number(answer.headers.get("Citeback-Mark") ?? NaN) };
    });
    pictures.set(at, picture);
    picture.catch(() => pictures.delete(at));
    for (const [old, gone] of pictures) {
      if (pictures.size <= KEPT) break;
      pictures.delete(old);
      gone.then(({ url }) => URL.revokeObjectURL(url), () => {});
    }
    return picture;
  };

  const address = (view, page) => view.dataset.path.replace(/page=\d+/, `page=${page}`);

  const size = (view) => {
    const sheet = view.querySelector(".sheet");
    view.querySelector("img").style.width = `${Math.floor((sheet.clientWidth - 2) * ZOOMS[zoom])}px`;
    view.querySelector(".zoom").textContent = `${ZOOMS[zoom] * 100} %`;
  };

  const show = async (view, page) => {
    const pages = Number(view.dataset.pages);
    const now = { path: view.dataset.path, page };
    state.set(view, now);
    const picture = view.querySelector("img");
    const told = view.querySelector(".hint");
    view.querySelector(".at-page").textContent = said("Page {number} of {many}", { number: page, many: pages });
    for (const button of view.querySelectorAll("[data-turn]")) {
      const next = page + Number(button.dataset.turn);
      button.disabled = next < 1 || next > pages;
    }
    size(view);
    picture.removeAttribute("src"); // the page before must not stand under another number
    told.textContent = "";
    for (let pane = view; pane; pane = pane.parentElement) if (pane.scrollTop) pane.scrollTop = 0;
    const at = address(view, page);
    const slow = setTimeout(() => { told.textContent = said("Drawing page {page} …", { page }); }, 400);
    try {
      const { url, top } = await fetched(at);
      if (state.get(view) !== now) return;
      picture.alt = Number.isNaN(top)
        ? said("Page {page} as an image", { page })
        : said("Page {page} as an image, with the words highlighted", { page });
      clearTimeout(slow);
      told.textContent = "";
      picture.src = url;
      await picture.decode().catch(() => {});
      const sheet = view.querySelector(".sheet");
      sheet.scrollTo(0, Number.isNaN(top) ? 0 : Math.max(0, top * picture.clientHeight - sheet.clientHeight / 3));
      for (const next of [page + 1, page - 1]) {
        if (next >= 1 && next <= pages && state.get(view) === now) await fetched(address(view, next)).catch(() => {});
      }
    } catch (error) {
      if (state.get(view) === now) told.textContent = error.message;
    } finally {
      clearTimeout(slow);
    }
  };

  // What the server has drawn anew gets the view that was chosen last.
  const settle = () => {
    for (const view of document.querySelectorAll(".page-view")) {
      const panel = view.closest(".panel");
      if (panel.classList.contains("paged") !== paged) panel.classList.toggle("paged", paged);
      for (const button of panel.querySelectorAll("[data-view]")) {
        const pressed = String((button.dataset.view === "page") === paged);
        if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
      }
      const now = state.get(view);
      const lost = now && !view.querySelector("img").hasAttribute("style");
      if (paged && (!now || now.path !== view.dataset.path || lost)) show(view, Number(view.dataset.page));
      else if (!paged && ahead.get(view) !== view.dataset.path) {
        ahead.set(view, view.dataset.path);
        fetched(view.dataset.path).catch(() => {}); // whoever reads the text may look at its page next
      }
    }
    for (const panel of document.querySelectorAll(".panel.paged")) {
      if (!panel.querySelector(".page-view")) panel.classList.remove("paged");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".panel [data-view], .page-view [data-turn], .page-view [data-zoom]");
    if (!button) return;
    const view = button.closest(".page-view");
    if (button.dataset.view) {
      paged = button.dataset.view === "page";
      settle();
      if (!paged) button.closest(".panel").querySelector("mark.now")?.scrollIntoView({ block: "center" });
    } else if (button.dataset.turn) show(view, state.get(view).page + Number(button.dataset.turn));
    else {
      zoom = Math.min(Math.max(zoom + Number(button.dataset.zoom), 0), ZOOMS.length - 1);
      size(view);
    }
  });
  document.addEventListener("keydown", (event) => {
    const view = event.target.matches?.(".sheet") && event.target.closest(".page-view");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (view && step && zoom === 0) view.querySelector(`[data-turn="${step}"]`).click();
  });
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-path"] });
})();
