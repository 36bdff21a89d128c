// The review queue by keyboard. A key is sent together with the item that was in view when it was pressed, so that it can
// never judge the next one; until the answer is drawn no other key counts. Nothing fires while somebody is typing.
const states = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let state = states.get(parentElement);
  if (!state) {
    state = { root: document.createElement("div") };
    state.root.className = "keys";
    parentElement.append(state.root);
    states.set(parentElement, state);
    window.addEventListener("keydown", (state.press = (event) => press(state, event)), true);
  }
  if (state.data?.turn !== data.turn) state.is_sent = false;
  Object.assign(state, { data, setTriggerValue });
  draw(state);
  return () => {
    window.removeEventListener("keydown", state.press, true);
    states.delete(parentElement);
  };
}

function press(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || event.repeat) return;
  if (event.composedPath().some(isField) || document.querySelector("[role=dialog]")) return;
  const { item, keys } = state.data;
  const name = event.key === "Escape" ? "Esc" : event.key.toUpperCase();
  if (!keys.some(([key]) => key === name)) return;
  // Streamlit has a meaning of its own for some letters.
  event.preventDefault();
  event.stopImmediatePropagation();
  if (state.is_sent) return;
  state.is_sent = true;
  draw(state);
  state.setTriggerValue("pressed", `${item} ${name}`);
}

// What can be pressed and for which item is told by attributes, too: they are true only once the keys are listened for.
function draw(state) {
  const { item, asked, keys } = state.data;
  const parts = keys.flatMap(([key, what]) => [el("kbd", key), el("span", what)]);
  state.root.replaceChildren(...parts);
  Object.assign(state.root.dataset, { item, asked, ready: String(!state.is_sent) });
}

function el(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const isField = (at) => at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName ?? "");
