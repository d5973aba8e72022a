// Hands clicks on the page's own links to the server, and shows what comes back. `element` is one
// gr.HTML, `trigger` reaches its listeners in ui.py, `watch` fires after its content has changed.
const reveal = (mark) => {
  mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
};

element.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  const ref = link.getAttribute("href").slice(1);
  const open = document.querySelector(`[data-ref="${ref}"] mark`);
  if (open) reveal(open);
  else if (ref === "ask") trigger("ask", { question: link.textContent });
  else trigger("follow", { ref });
});

let shown = 0;
watch("value", () => {
  const mark = element.querySelector("mark");
  if (mark) reveal(mark);
  const exchanges = element.querySelectorAll(".exchange");
  if (exchanges.length > shown) exchanges[exchanges.length - 1].scrollIntoView({ block: "start" });
  shown = exchanges.length;
});
