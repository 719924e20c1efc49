// Keys for a list of ticks: one key answers and goes on. Without it, Tab and Space do the same.
const form = document.querySelector("form.ticking");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const { yes, no, next, previous } = form.dataset;
const steps = { [next]: 1, [previous]: -1, ArrowDown: 1, ArrowUp: -1 };
document.body.classList.add("has-script");

function go(from, step) {
  // After the last one comes what the ticked ones are
  const to = boxes[Math.max(0, from + step)] || form.elements.typed;
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

form.addEventListener("keydown", (event) => {
  const at = boxes.indexOf(event.target);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === yes || key === no) boxes[at].checked = key === yes;
  else if (!(key in steps)) return;
  event.preventDefault();
  go(at, steps[key] || 1);
});
