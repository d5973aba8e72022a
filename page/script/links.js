// Sends clicks and forms of the custom HTML to the server, and shows the response. `element` is one gr.HTML,
// `trigger` calls its listeners in page/tabs/, and `watch` runs after its content has changed.
// Says a message in the language of the page, with its values; the page has the translations if that is not English.
window.citebackSaid = (message, values = {}) => {
  const words = JSON.parse(document.querySelector("#log [data-words]")?.dataset.words || "{}");
  const text = Object.hasOwn(words, message) ? words[message] : message;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
};

// Sends an event to a part, or only asks whether it listens; returns whether it does.
window.citebackHeard = (part, ...detail) => !part.dispatchEvent(
  new CustomEvent("citeback", { bubbles: true, cancelable: true, detail: detail.length ? detail : null }),
);

window.citebackLinks = (element, trigger, watch) => {
  const said = window.citebackSaid;
  const reveal = (mark) => {
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
  };

  // Whoever sends this event learns that it was heard: a part is drawn before it listens.
  element.addEventListener("citeback", (event) => {
    event.preventDefault();
    if (event.detail) trigger(...event.detail);
  });

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button && button.type === "button") {
      trigger(button.dataset.event || "act", { act: button.dataset.act, value: button.dataset.value || "" });
      return;
    }
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const ref = link.getAttribute("href").slice(1);
    const open = element.querySelector(`[data-ref="${ref}"] mark.now`)
      || document.querySelector(`#desk [data-ref="${ref}"] mark.now`);
    if (open) reveal(open);
    else if (ref === "ask") trigger("ask", { question: link.dataset.question || link.textContent });
    else trigger("follow", { ref });
  });

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const values = new FormData(form, event.submitter);
    const said = { act: form.dataset.act, ...Object.fromEntries(values) };
    const many = form.dataset.many;
    if (many) said[many] = JSON.stringify(values.getAll(many));
    trigger(form.dataset.event || "act", said);
  });

  // A form whose filters count at once.
  element.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-live]");
    const worded = form && form.querySelector("[type=search]").value.trim();
    if (form && (worded || form.dataset.live === "always")) form.requestSubmit();
  });

  // Files are uploaded one by one; the event holds the keys that the server returned for them.
  const send = async (file, field) => {
    const fits = field.accept.split(",").some((ending) => file.name.toLowerCase().endsWith(ending));
    if (field.accept && !fits) return {
      error: said("{name} is none of {endings}.", { name: file.name, endings: field.accept.replaceAll(",", ", ") }),
    };
    const at = `${field.dataset.at || "/uploads"}?name=${encodeURIComponent(file.name)}`;
    try {
      const answer = await fetch(at, { method: "POST", body: file });
      return await answer.json();
    } catch {
      return { error: said("{name} could not be sent.", { name: file.name }) };
    }
  };

  element.addEventListener("change", async (event) => {
    const field = event.target;
    if (field.type !== "file") return;
    const told = element.querySelector("output");
    const files = [...field.files];
    field.value = "";
    const answers = [];
    for (const file of files) {
      told.textContent = said("Sending {number} of {many} …", { number: answers.length + 1, many: files.length });
      answers.push(await send(file, field));
    }
    told.textContent = answers.map((each) => each.error || "").filter(Boolean).join(" ");
    const keys = answers.map((each) => each.upload).filter(Boolean);
    if (keys.length) trigger(field.dataset.event || "act", { act: "uploaded", value: keys.join(" ") });
  });

  // A form is emptied once its values are saved: Gradio reuses its fields, with what was typed.
  let saved = element.querySelector("form[data-saved]")?.dataset.saved;
  let opened = false;
  let shown = 0;
  watch("value", () => {
    const form = element.querySelector("form[data-saved]");
    if (form && form.dataset.saved !== saved) form.reset();
    saved = form?.dataset.saved;
    const chooser = element.querySelector(".chosen-sources.open");
    if (chooser && !opened) chooser.scrollIntoView({ block: "center" }); // on a phone it is below the answer
    opened = Boolean(chooser);
    const mark = element.querySelector("mark.now");
    if (mark) reveal(mark);
    const exchanges = element.querySelectorAll(".exchange");
    if (exchanges.length > shown) exchanges[exchanges.length - 1].scrollIntoView({ block: "start" });
    shown = exchanges.length;
  });
};
