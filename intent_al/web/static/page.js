// Makes the review page fast; without it the same forms work, one page load each.
//
// Three parts: the hand (cards that are fetched ahead), the outbox (decisions on their way, kept in
// the browser until the server has them), and keys (which press what is on the page).
import { marking } from "./marking.js";
import { seeing } from "./seen.js";

const API = "/api/v1";
const AHEAD = 4;
const RENEW_MS = 4 * 60 * 1000;
const RETRY_MS = [500, 1000, 2000, 5000, 10000];
const body = document.body;

const data = (id) => JSON.parse(document.getElementById(id).textContent);
const texts = data("texts");
const intents = data("intents");
const filter = data("filter");
const user = body.dataset.user;
const place = document.getElementById("place");
const doneLine = document.getElementById("done");
const netLine = document.getElementById("net");
const positionLine = document.getElementById("position");
const progressLine = document.querySelector("progress.line");
const say = (key, values = {}) =>
  texts[key].replace(/\{(\w+)[^}]*\}/g, (_, name) => String(values[name] ?? ""));

let csrf = document.querySelector("input[name=csrf]").value;
body.classList.add("has-script");

async function call(method, path, content, again = true) {
  const response = await fetch(API + path, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: content === undefined ? undefined : JSON.stringify(content),
    credentials: "same-origin",
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const message = answer.error ? answer.error.message : response.statusText;
  const failure = Object.assign(new Error(message), { status: response.status });
  if (again && (failure.status === 401 || failure.status === 403)) {
    const session = await renewed();
    if (session === "renewed") return call(method, path, content, false);
    if (session === "ended") failure.status = 401;
  }
  throw failure;
}

// Whether somebody has signed in again in another tab: then forms here get the new session's token.
async function renewed() {
  try {
    const who = await call("GET", "/me", undefined, false);
    if (who.name !== user || !who.csrf) return "ended";
    if (who.csrf === csrf) return "same";
    csrf = who.csrf;
    for (const input of document.querySelectorAll("input[name=csrf]")) input.value = csrf;
    return "renewed";
  } catch { return "ended"; }
}

// The hand: cards that are ours for ten minutes. `at` is the one on the table.
const first = place.querySelector(".card");
const hand = [{ item: Number(first.dataset.item), node: first }];
let at = 0;
let number = Number(positionLine.dataset.number);
let total = Number(positionLine.dataset.total);
let shownAt = performance.now();
let fetching = null;
let exhausted = false;
let shows = 0;

const seen = seeing(place);
function wait(more) {
  if (!seen.wait(more)) focusCard();
}
function focusCard() {
  const words = place.querySelector(".utterance");
  if (words) words.focus({ preventScroll: true });
}

function fromHtml(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // made by the server's own template, which escapes every text
  return holder.content.querySelector(".card");
}

function fetchAhead() {
  if (fetching || exhausted || hand.length - at > AHEAD / 2) return fetching;
  const without = hand.map((one) => one.item).concat(outbox.entries().map((one) => one.body.item || 0));
  fetching = call("POST", "/claims", { count: AHEAD, without, filter })
    .then((answer) => {
      for (const one of answer.cards) hand.push({ item: one.card.item, node: fromHtml(one.html) });
      exhausted = answer.cards.length === 0;
      if (netLine.textContent === texts.session_ended) net("");
      total = Math.max(answer.total, number);
      position();
      return true;
    })
    .catch((error) => { trouble(error); return false; })
    .finally(() => { fetching = null; });
  return fetching;
}

function position() {
  const words = document.createTextNode(say("position", { number, total }));
  positionLine.replaceChildren(words);
  progressLine.max = Math.max(total, 1);
  progressLine.value = number - 1;
}

async function show() {
  const turn = ++shows;
  if (!hand[at] && !exhausted) {
    wait(1);
    for (let tries = 0; !hand[at] && !exhausted; tries += 1) {
      if (!(await fetchAhead())) await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    }
    wait(-1);
    if (turn !== shows) return undefined;
  }
  if (!hand[at]) at = Math.max(0, hand.length - 1);
  const card = hand[at];
  if (!card) return finish();
  place.replaceChildren(card.node);
  seen.drawn();
  history.replaceState(null, "", `/review/${card.item}${location.search.replace(/([?&])done=[^&]*/, "$1")}`);
  shownAt = performance.now();
  position();
  focusCard();
  window.scrollTo(0, 0);
  fetchAhead();
  return undefined;
}

async function finish() {
  wait(1);
  await outbox.emptied();
  location.assign("/review" + (Object.keys(filter).length ? `?${new URLSearchParams(filter)}` : ""));
}

function tell(words) {
  doneLine.textContent = words;
  doneLine.classList.toggle("empty", !words);
}

// The outbox: in the browser's storage until the server has said yes; sent in order.
const outbox = (() => {
  const prefix = `intent-al ${user} `;
  const load = () => {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort();
      return names.map((name) => ({ name, path: "/decisions", body: JSON.parse(localStorage.getItem(name)) }));
    } catch { return []; }
  };
  const keep = (entry) => {
    // Storage may be full or forbidden: then memory has to do
    try { localStorage.setItem(entry.name, JSON.stringify(entry.body)); } catch { /* see above */ }
  };
  const waiting = load();
  let running = false;
  let failures = 0;
  const idle = [];

  async function run() {
    if (running) return;
    running = true;
    while (waiting.length) {
      const entry = waiting[0];
      try {
        const answer = await call("POST", entry.path, entry.body);
        drop(entry);
        failures = 0;
        net("");
        if (entry.path === "/undo") undone(answer);
        else if (answer.done) tell(`✓ ${answer.done}`);
      } catch (error) {
        if (error.status === 401) {
          net(texts.session_ended);
          await pause(2000);
        } else if (error.status === 403) {
          net(say("refused", { message: error.message }));
          await pause(5000);
        } else if (error.status && error.status < 500) {
          drop(entry);
          if (entry.path === "/undo") wait(-1);
          net(say("refused", { message: error.message }), 12000);
        } else {
          const why = error.status ? say("refused", { message: error.message }) : texts.offline;
          net(`${why} ${say("sending", { count: waiting.length })}`);
          await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
        }
      }
    }
    running = false;
    while (idle.length) idle.shift()();
  }
  function drop(entry) {
    waiting.splice(waiting.indexOf(entry), 1);
    if (entry.name) localStorage.removeItem(entry.name);
  }
  return {
    decide(content) {
      const entry = { name: `${prefix}${Date.now()} ${content.request}`, path: "/decisions", body: content };
      waiting.push(entry);
      keep(entry);
      run();
    },
    undo() { waiting.push({ path: "/undo", body: {} }); run(); },
    entries: () => waiting,
    size: () => waiting.length,
    emptied: () => (waiting.length ? new Promise((resolve) => { idle.push(resolve); run(); }) : Promise.resolve()),
    run,
  };
})();

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

let netTimer = 0;
function net(words, forMs = 0) {
  clearTimeout(netTimer);
  netLine.textContent = words;
  netLine.hidden = !words;
  if (forMs) netTimer = setTimeout(() => net(""), forMs);
}

function trouble(error) {
  if (error.status === 401) net(texts.session_ended);
  else if (error.status && error.status < 500) net(say("refused", { message: error.message }), 12000);
  else net(texts.offline, 5000);
}

// Deciding: what the form would have sent, and the next card at once.
function decide(form, button) {
  const card = hand[at];
  const fields = new FormData(form);
  let [kind, ...rest] = button.value.split(":");
  let intent = rest.join(":");
  const typed = (fields.get("typed") || "").trim();
  if (kind === "typed") {
    const found = selectedOption(form) || intents.find((one) => one === typed);
    if (!found) { net(say("no_such_intent", { name: typed }), 5000); return; }
    intent = found;
    kind = "intent";
  } else if (kind === "new") {
    if (!typed) { form.elements.typed.focus(); return; }
    intent = typed;
    if (!intents.includes(typed)) intents.push(typed);
    kind = "intent";
  }
  const content = {
    item: card.item,
    outcome: kind === "intent" ? "labelled" : kind,
    seconds: Math.round(performance.now() - shownAt) / 1000,
    request: fields.get("request"),
  };
  if (kind === "intent") content.intent = intent;
  if (kind === "intent" || kind === "out_of_scope") {
    const line = form.elements.line;
    if (line && line.value !== line.defaultValue) content.line = line.value;
    else content.entities = JSON.parse(card.node.dataset.entities);
  }
  const revises = Number(fields.get("revises"));
  if (revises) content.revises = revises;
  tell(`✓ ${intent || button.textContent.trim()}`);
  hand.splice(at, 1);
  number += 1;
  outbox.decide(content);
  show();
}

function undo() {
  wait(1);
  outbox.undo();
}

function undone(answer) {
  const known = hand.findIndex((one) => one.item === answer.card.item);
  if (known >= 0) hand.splice(known, 1);
  if (known >= 0 && known < at) at -= 1;
  hand.splice(at, 0, { item: answer.card.item, node: fromHtml(answer.html) });
  number = answer.number;
  total = answer.total;
  exhausted = false;
  wait(-1);
  show();
  tell(`↶ ${texts.undone}`);
}

const doing = {
  undo,
  next: () => { if (hand[at + 1] || !exhausted) { at += 1; show(); } },
  previous: () => { if (at > 0) { at -= 1; show(); } },
  context: () => {
    const conversation = place.querySelector(".conversation");
    conversation.scrollIntoView({ block: "nearest" });
    conversation.focus({ preventScroll: true });
  },
  help: () => document.getElementById("help").showModal(),
  entities: () => {
    const details = place.querySelector("details.entities");
    if (!details) return;
    details.open = true;
    details.querySelector("textarea").focus();
  },
  flag: () => {
    const details = place.querySelector("details.flag");
    details.open = true;
    details.querySelector("input[name=comment]").focus();
  },
};

place.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button && "plain" in button.dataset) return;
  if (form.classList.contains("decide")) {
    event.preventDefault();
    decide(form, button && button.value ? button : form.querySelector("button.first"));
  } else if (form.dataset.does === "undo") {
    event.preventDefault();
    undo();
  } else if (form.dataset.does === "remark") {
    event.preventDefault();
    const comment = form.elements.comment.value;
    call("POST", `/items/${hand[at].item}/remarks`, { comment })
      .then(() => { tell(`⚑ ${texts.flagged}`); form.reset(); form.closest("details").open = false; })
      .catch(trouble);
  }
});

// Another reading of a doubtful boundary: into the line, and marked in the text.
place.addEventListener("click", (event) => {
  const target = event.target.closest("[data-does], [data-line]");
  if (!target) return;
  if (target.dataset.line !== undefined) {
    const line = place.querySelector("textarea[name=line]");
    if (!line) return;
    event.preventDefault();
    line.value = target.dataset.line;
    line.closest("details").open = true;
  } else if (target.matches("button[type=button]") && doing[target.dataset.does]) {
    doing[target.dataset.does]();
  }
});
document.querySelector("[data-does=help]").addEventListener("click", doing.help);

// Marking entities: the server checks and draws the card anew, so that what is shown is what will be
// stored.
const marks = marking({
  place,
  synonyms: data("synonyms"),
  say,
  current: () => hand[at],
  store(entities) {
    const card = hand[at];
    wait(1);
    call("POST", `/items/${card.item}/marked`, { entities })
      .then((answer) => {
        card.node = fromHtml(answer.html);
        if (hand[at] === card) place.replaceChildren(card.node);
      })
      .catch(trouble)
      .finally(() => wait(-1));
  },
});
doing.mark = marks.begin;

// Finding an intent among hundreds by parts of its name.
let selected = 0;
function matches(typed) {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  const all = intents.filter((one) => parts.every((part) => one.toLowerCase().includes(part)));
  const begins = (one) => (one.toLowerCase().startsWith(parts[0]) ? 0 : 1);
  return all.sort((a, b) => begins(a) - begins(b) || a.length - b.length).slice(0, 12);
}
function selectedOption(form) {
  const option = form.querySelector(".found li[aria-selected=true]");
  return option && !form.querySelector(".found").hidden ? option.dataset.intent : "";
}
function listFound(input) {
  const list = input.form.querySelector(".found");
  const found = matches(input.value);
  list.replaceChildren(...found.map((one, index) => {
    const option = document.createElement("li");
    option.textContent = one;
    option.dataset.intent = one;
    option.id = `${list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(index === selected));
    return option;
  }));
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  const option = list.querySelector("[aria-selected=true]");
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}
place.addEventListener("input", (event) => {
  if (event.target.name !== "typed") return;
  selected = 0;
  listFound(event.target);
});
place.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".found li");
  if (!option) return;
  event.preventDefault();
  const form = option.closest("form");
  form.elements.typed.value = option.dataset.intent;
  selected = [...option.parentNode.children].indexOf(option);
  listFound(form.elements.typed);
  decide(form, form.querySelector("button[value=typed]"));
});
place.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key === "Escape" && input.matches("input, textarea")) {
    event.preventDefault();
    if (input.name === "typed") { input.value = ""; listFound(input); }
    input.blur();
    return;
  }
  if (event.key === "Enter" && input.name === "line") {
    event.preventDefault();
    input.blur();
    return;
  }
  if (input.name !== "typed") return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const count = matches(input.value).length;
    if (!count) return;
    selected = (selected + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
    listFound(input);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const naming = input.dataset.naming === "yes";
    decide(input.form, input.form.querySelector(naming ? "button[value=new]" : "button[value=typed]"));
  }
});

// Keys press what carries them; never while somebody types, nor with a modifier.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable=true]");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "z" && !typing) {
    event.preventDefault();
    undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector("dialog[open]")) return;
  const onControl = event.target.closest("button, a, summary");
  if (onControl && (event.key === "Enter" || event.key === " ")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const card = place.querySelector(".card");
  if (!card) return;
  const undoes = card.querySelector(`[data-does=undo] [data-key="${CSS.escape(key)}"]`);
  if ((key.length === 1 || key === "Enter" || key.startsWith("Arrow")) && seen.tooEarly(event, undoes)) {
    event.preventDefault();
    return;
  }
  if (key === "Enter" || key === "ArrowRight" || key === "ArrowLeft") {
    const target = key === "Enter" ? card.querySelector("[data-accept]")
      : card.querySelector(`[data-does=${key === "ArrowRight" ? "next" : "previous"}]`);
    if (target) { event.preventDefault(); target.click(); }
    return;
  }
  for (const target of document.querySelectorAll("[data-key], [data-accept], [data-focus], [data-new]")) {
    const { key: own, accept, focus, new: naming } = target.dataset;
    if (focus === key) {
      event.preventDefault();
      target.dataset.naming = "";
      target.focus();
      return;
    }
    if (naming === key) {
      event.preventDefault();
      const input = target.form.elements.typed;
      input.dataset.naming = "yes";
      input.focus();
      return;
    }
    if (own === key || accept === key) {
      event.preventDefault();
      const what = target.dataset.does;
      if (what && doing[what]) doing[what](); else target.click();
      return;
    }
  }
});

// Leases: renewed together, given back on leaving.
setInterval(() => {
  const items = hand.map((one) => one.item);
  if (items.length) call("POST", "/claims/renew", { items }).catch(() => {});
}, RENEW_MS);
addEventListener("pagehide", () => {
  const items = hand.map((one) => one.item);
  if (!items.length) return;
  fetch(`${API}/claims/release`, {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify({ items }),
  }).catch(() => {});
});
addEventListener("beforeunload", (event) => { if (outbox.size()) event.preventDefault(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("online", () => outbox.run());

seen.drawn();
outbox.run();
fetchAhead();
first.querySelector(".utterance").focus({ preventScroll: true });
