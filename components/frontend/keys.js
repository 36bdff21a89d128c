// j and k move over the list, Enter opens, r retries the open job; Esc is the dialog's own. Nothing fires while typing.
const HEADER_PX = 31, ROW_PX = 31;
const states = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let state = states.get(parentElement);
  if (!state) {
    state = build(parentElement);
    states.set(parentElement, state);
    window.addEventListener("keydown", (state.press = (event) => press(state, event)), true);
  }
  Object.assign(state, { data, setTriggerValue });
  state.cursor = data.rows.findIndex((row) => row.id === (data.open ?? state.id));
  draw(state, false);
  return () => {
    window.removeEventListener("keydown", state.press, true);
    states.delete(parentElement);
  };
}

function el(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text ?? "";
  return made;
}

function build(parent) {
  const root = el("div", "keys");
  const legend = el("div", "legend");
  for (const [keys, what] of [[["J", "K"], "move"], [["Enter"], "open"], [["R"], "retry the open job"], [["Esc"], "close"]]) {
    for (const key of keys) legend.append(el("kbd", "", key));
    legend.append(el("span", "", what));
  }
  const told = el("div", "told");
  told.setAttribute("role", "status");
  const mark = el("div", "mark");
  mark.hidden = true;
  root.append(legend, told, mark);
  parent.append(root);
  return { root, told, mark, cursor: -1 };
}

function press(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (state.data.is_asking || event.composedPath().some(isField)) return;
  const { rows, open } = state.data;
  const key = event.key;
  if ((key === "j" || key === "k") && rows.length) {
    const next = state.cursor < 0 ? 0 : state.cursor + (key === "j" ? 1 : -1);
    move(state, Math.min(Math.max(next, 0), rows.length - 1));
  } else if (key === "Enter" && !open && state.cursor >= 0 && !event.composedPath().some(isControl)) {
    state.setTriggerValue("opened", rows[state.cursor].id);
  } else if (key === "r" && open && state.data.can_retry) {
    state.setTriggerValue("retried", open);
  } else {
    return;
  }
  // Streamlit has a meaning of its own for r.
  event.preventDefault();
  event.stopImmediatePropagation();
}

function move(state, cursor) {
  const { rows, open } = state.data;
  state.cursor = cursor;
  state.id = rows[cursor].id;
  draw(state, true);
  if (open && open !== state.id) state.setTriggerValue("opened", state.id);
}

function draw(state, isMoved) {
  const { rows, open } = state.data;
  const row = rows[state.cursor];
  const said = row ? `${state.cursor + 1} of ${rows.length}: ${row.told}` : "";
  if (state.told.textContent !== said) state.told.textContent = said;
  const table = tableAfter(state.root.getRootNode().host ?? state.root);
  state.mark.hidden = !row || !table || Boolean(open);
  if (state.mark.hidden) return;
  const [here, there] = [state.root.getBoundingClientRect(), table.getBoundingClientRect()];
  state.mark.style.left = `${there.left - here.left - 7}px`;
  state.mark.style.top = `${there.top - here.top + HEADER_PX + ROW_PX * state.cursor}px`;
  if (isMoved) state.mark.scrollIntoView({ block: "nearest" });
}

function tableAfter(host) {
  const tables = [...document.querySelectorAll("[data-testid=stDataFrame]")];
  return tables.find((table) => host.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING);
}

const isField = (at) => at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName ?? "");
const isControl = (at) => /^(a|button|canvas|summary)$/i.test(at.tagName ?? "") || at.getAttribute?.("role") === "button";
