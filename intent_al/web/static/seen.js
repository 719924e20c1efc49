// Nothing is decided on a card that nobody has seen.
//
// A card is seen once the browser has drawn it. A key or a click that is older was meant for the card
// before, however late a slow computer hands it over. Who types on, blindly, is held up until the card
// is there and the keyboard has rested.
const REST_MS = 400;
const CLOCKS_APART_MS = 60_000;

function happenedAt(event) {
  const now = performance.now();
  // After a sleep the clock of the events may be far behind that of the page
  return now - event.timeStamp < CLOCKS_APART_MS ? Math.min(event.timeStamp, now) : now;
}

export function seeing(place) {
  let waiting = 0;
  let seenAt = Infinity;
  let drawings = 0;
  let typedBlind = false;
  let blindAt = -Infinity;

  // The card was exchanged. In a place that waits there is nothing to see.
  function drawn() {
    const drawing = ++drawings;
    seenAt = Infinity;
    delete place.dataset.seen;
    if (waiting) return;
    // The second frame begins when the first one is on its way to the screen
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (drawing !== drawings) return;
      seenAt = performance.now();
      place.dataset.seen = "";
      if (typedBlind) blindAt = seenAt;
      typedBlind = false;
    }));
  }

  // While the next card or an undo is on its way: 1 when it sets out, -1 when it is there.
  function wait(more) {
    waiting += more;
    place.inert = waiting > 0;
    place.setAttribute("aria-busy", String(place.inert));
    drawn();
    return waiting;
  }

  // Whether a key comes too early to count. One that undoes needs no card to be seen.
  function tooEarly(event, undoes) {
    const at = happenedAt(event);
    if (at - blindAt >= REST_MS && (at >= seenAt || undoes)) return false;
    typedBlind = seenAt === Infinity;
    blindAt = typedBlind ? at : Math.max(at, seenAt);
    return true;
  }

  place.addEventListener("click", (event) => {
    if (!event.isTrusted || happenedAt(event) >= seenAt) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  return { drawn, wait, tooEarly };
}
