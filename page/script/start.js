// Gradio knows the events that stand here in quotes: "act", "arrange", "ask", "bring", "find", "follow".
const start = () => (window.citebackLinks ? window.citebackLinks(element, trigger, watch) : setTimeout(start, 20));
start();
