// Marks entities in the text of a card: with the mouse, or by keys alone.
//
// A span snaps to tokens, with Shift it goes by characters. Places in the text are UTF-16 units here
// and code points for the server.
const TOKEN = /[\p{L}\p{N}\p{M}\u200d\p{Extended_Pictographic}\ufe0f]+(?:[-'’.@_/:]+[\p{L}\p{N}\p{M}]+)*/gu;
const points = (text) => Array.from(text).length;
const tokens = (text) => [...text.matchAll(TOKEN)].map((one) => [one.index, one.index + one[0].length]);

// What a person sees as one character, such as a family of emoji, is not cut in two.
function edges(text) {
  const parts = Intl.Segmenter ? [...new Intl.Segmenter().segment(text)].map((one) => one.segment) : Array.from(text);
  let units = 0;
  return [0, ...parts.map((part) => (units += part.length))];
}

// The text of the utterance as it was said, without the names on its marks.
function plainNodes(utterance) {
  const walker = document.createTreeWalker(utterance, NodeFilter.SHOW_TEXT, (node) =>
    (node.parentElement.closest(".tag") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}
const plain = (utterance) => plainNodes(utterance).map((node) => node.data).join("");

function unitsBefore(nodes, container, offset) {
  const range = document.createRange();
  range.setStart(nodes[0], 0);
  range.setEnd(container, offset);
  let units = 0;
  for (const node of nodes) {
    if (node === container) return units + offset;
    if (!range.intersectsNode(node) || range.comparePoint(node, 0) > 0) return units;
    units += node.length;
  }
  return units;
}

function placeAt(nodes, units) {
  let left = units;
  for (const node of nodes) {
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

const spanOf = (text, from, to) =>
  ({ start: points(text.slice(0, from)), end: points(text.slice(0, to)), text: text.slice(from, to) });

function selectedSpan(utterance, exactly) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!utterance.contains(range.startContainer) || !utterance.contains(range.endContainer)) return null;
  const nodes = plainNodes(utterance);
  const text = plain(utterance);
  let from = unitsBefore(nodes, range.startContainer, range.startOffset);
  let to = unitsBefore(nodes, range.endContainer, range.endOffset);
  if (!exactly) {
    const touched = tokens(text).filter(([begin, end]) => begin < to && end > from);
    if (touched.length) {
      from = touched[0][0];
      to = touched.at(-1)[1];
    }
  }
  return from < to ? spanOf(text, from, to) : null;
}

// `current` is the card on the table, `store` takes all its entities.
export function marking({ place, synonyms, say, current, store }) {
  const dialog = document.getElementById("mark");
  const bar = document.getElementById("marking");
  const kinds = [...document.querySelectorAll("#entities option")].map((one) => one.value).slice(0, 9);
  const entities = () => JSON.parse(current().node.dataset.entities);
  const outside = (span) => entities().filter((one) => one.end <= span.start || one.start >= span.end);
  const synonym = (text) => synonyms[text] ?? synonyms[text.toLowerCase()] ?? "";
  let asked = null;

  function mark(span, fields) {
    const value = fields.value === span.text ? null : fields.value || null;
    store([...outside(span), {
      entity: fields.entity, start: span.start, end: span.end, role: fields.role || null, group: fields.group || null, value,
    }]);
  }

  function ask(span, entity = {}) {
    asked = span;
    document.getElementById("mark-span").textContent = span.text;
    const { elements } = dialog.querySelector("form");
    for (const name of ["entity", "role", "group", "value"]) elements[name].value = entity[name] || "";
    if (!elements.value.value) elements.value.value = synonym(span.text);
    const offered = [...new Set(Object.values(synonyms))].slice(0, 200);
    document.getElementById("values").replaceChildren(...offered.map((one) => new Option(one, one)));
    dialog.returnValue = "";
    dialog.showModal();
    elements.entity.focus();
  }

  dialog.addEventListener("close", () => {
    getSelection().removeAllRanges();
    if (!asked || !dialog.returnValue) return;
    const fields = new FormData(dialog.querySelector("form"));
    const given = (name) => (fields.get(name) || "").trim();
    if (dialog.returnValue === "mark") {
      mark(asked, { entity: given("entity"), role: given("role"), group: given("group"), value: given("value") });
    } else store(outside(asked));
  });

  const same = (span) => entities().find((one) => one.start === span.start && one.end === span.end);

  place.addEventListener("mouseup", (event) => {
    const utterance = event.target.closest(".utterance");
    if (!utterance) return;
    end();
    const found = selectedSpan(utterance, event.shiftKey);
    const marked = event.target.closest("mark");
    if (found) ask(found, same(found));
    else if (marked) {
      const entity = entities().find((one) => one.start === Number(marked.dataset.at));
      ask({ start: entity.start, end: entity.end, text: plain(marked) }, entity);
    }
  });

  // By keys: a span that arrows move and stretch, until a digit says what it is. Null when not at it.
  let keyed = null;

  function begin() {
    const utterance = current().node.querySelector(".utterance");
    const text = plain(utterance);
    const words = tokens(text);
    if (!words.length) return;
    const taken = entities().map((one) => [one.start, one.end]);
    const free = words.find(([from, to]) => {
      const { start, end: stop } = spanOf(text, from, to);
      return !taken.some(([first, last]) => start < last && stop > first);
    });
    const [from, to] = free || words[0];
    const rtl = getComputedStyle(utterance).direction === "rtl";
    keyed = { utterance, text, words, edges: edges(text), from, to, rtl };
    show();
  }

  function end() {
    if (!keyed) return;
    keyed = null;
    bar.hidden = true;
    getSelection().removeAllRanges();
  }

  function show() {
    const nodes = plainNodes(keyed.utterance);
    getSelection().setBaseAndExtent(...placeAt(nodes, keyed.from), ...placeAt(nodes, keyed.to));
    bar.querySelector("q").textContent = keyed.text.slice(keyed.from, keyed.to);
    bar.hidden = false;
  }

  // The place beside `units` among sorted ones, in the direction of `step`; the same at the end.
  function beside(all, units, step) {
    const next = step > 0 ? all.find((one) => one > units) : all.filter((one) => one < units).at(-1);
    return next ?? units;
  }

  function move(step) {
    const starts = keyed.words.map(([from]) => from);
    const from = beside(starts, keyed.from, step);
    [keyed.from, keyed.to] = keyed.words.find((one) => one[0] === from) ?? [keyed.from, keyed.to];
  }

  function stretch(which, all, step) {
    const wanted = { from: keyed.from, to: keyed.to, [which]: beside(all, keyed[which], step) };
    if (wanted.from < wanted.to) Object.assign(keyed, wanted);
  }

  function pressed(event) {
    const forward = keyed.rtl ? "ArrowLeft" : "ArrowRight";
    const back = keyed.rtl ? "ArrowRight" : "ArrowLeft";
    const step = event.key === forward || event.key === "ArrowUp" ? 1 : -1;
    const span = spanOf(keyed.text, keyed.from, keyed.to);
    if (event.key === forward || event.key === back) {
      if (event.shiftKey) stretch("to", keyed.edges, step);
      else move(step);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      if (event.shiftKey) stretch("from", keyed.edges, -step);
      else stretch("to", keyed.words.map((word) => word[1]), step);
    } else if (kinds[Number(event.key) - 1]) {
      end();
      mark(span, { entity: kinds[Number(event.key) - 1], value: synonym(span.text) });
      return;
    } else if (event.key === "Enter") {
      end();
      ask(span, same(span));
      return;
    } else if (event.key === "0" || event.key === "Backspace" || event.key === "Delete") {
      end();
      store(outside(span));
      return;
    } else if (event.key === "Escape" || event.key === "Tab") {
      end();
      return;
    }
    show();
  }

  // Before the keys of the page: while a span is chosen, a letter decides nothing.
  document.addEventListener("keydown", (event) => {
    if (keyed && current().node.querySelector(".utterance") !== keyed.utterance) end();
    if (!keyed || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
    event.preventDefault();
    pressed(event);
  }, true);

  bar.querySelector("ol").replaceChildren(...kinds.map((kind) => {
    const one = document.createElement("li");
    one.textContent = kind;
    return one;
  }));
  bar.querySelector("p").textContent = say("marking_keys");
  return { begin };
}
