// A project's canvas: pan, zoom, hover, click. Everything a customer wrote is set as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const NEAREST = 2.5, FARTHEST = 0.02, READABLE = 0.4, STEP = 1.25, PAD = 48, MAP_W = 176, MAP_H = 112;
const states = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let state = states.get(parentElement);
  if (!state) {
    state = build(parentElement);
    states.set(parentElement, state);
  }
  state.open = (id) => setTriggerValue("opened", id);
  const text = JSON.stringify(data);
  if (state.text !== text) {
    state.text = text;
    show(state, data);
  }
  return () => {
    state.resize.disconnect();
    states.delete(parentElement);
  };
}

function el(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) {
    made.textContent = text;
    made.dir = "auto";
  }
  return made;
}

function icon(name) {
  const made = el("span", "icon", name);
  made.dir = "ltr";
  made.setAttribute("aria-hidden", "true");
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function build(parent) {
  const holder = el("div", "holder");
  const root = el("div", "canvas");
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  const state = { root, holder, x: 0, y: 0, k: 1, nodes: new Map(), pointers: new Map(), is_placed: false };
  state.grid = el("div", "grid");
  state.world = el("div", "world");
  state.tip = el("div", "tip");
  state.tip.hidden = true;
  state.tools = tools(state);
  state.legend = el("div", "panel legend");
  state.map = el("div", "panel map");
  state.map.setAttribute("aria-hidden", "true");
  root.append(state.grid, state.world, state.legend, state.map, state.tools, state.tip);
  holder.append(root);
  parent.append(holder);
  listen(state);
  state.resize = new ResizeObserver(() => (state.is_placed && where(state) !== state.begun ? place(state) : begin(state)));
  state.resize.observe(root);
  return state;
}

function tools(state) {
  const panel = el("div", "panel tools");
  const button = (label, shown, act) => {
    const made = el("button");
    made.append(shown);
    made.title = label;
    made.setAttribute("aria-label", label);
    made.onclick = act;
    return made;
  };
  state.percent = el("output");
  panel.append(
    button("Zoom out", icon("remove"), () => zoom(state, 1 / STEP)),
    state.percent,
    button("Zoom in", icon("add"), () => zoom(state, STEP)),
    button("Fit to content", icon("fit_screen"), () => fit(state)),
  );
  return panel;
}

function show(state, data) {
  const is_new = state.data?.project !== data.project;
  const moved_focus = data.focus && state.data?.focus !== data.focus;
  state.data = data;
  state.root.style.height = `${data.height}px`;
  state.root.setAttribute("aria-label", data.label);
  state.nodes.clear();
  const by_id = new Map(data.items.map((item) => [item.id, item]));
  const folders = data.items.filter((item) => item.kind === "folder").sort((a, b) => b.w * b.h - a.w * a.h);
  const cards = data.items.filter((item) => item.kind !== "folder");
  const lines = svg("svg", { class: "lines", "aria-hidden": "true" });
  for (const line of data.lines) lines.append(...draw_line(line, by_id));
  const nodes = (items) => items.map((item) => node(state, item, data.focus));
  const was_closed = state.opened_by_key && !data.focus;
  state.world.replaceChildren(...nodes(folders), lines, ...nodes(cards));
  turn_to(state, [data.focus, state.current].find((id) => by_id.has(id)) ?? data.items[0]?.id);
  legend(state, data);
  map(state, data);
  if (is_new) state.is_placed = false;
  if (!state.is_placed) begin(state);
  else if (moved_focus && !is_seen(state, by_id.get(data.focus))) center(state, by_id.get(data.focus));
  else place(state);
  if (was_closed) {
    state.opened_by_key = false;
    // After the drawer gave the keyboard back to what it had, which is drawn anew.
    setTimeout(() => state.nodes.get(state.current)?.focus({ preventScroll: true }));
  }
}

// Of all items one is in the tab order; from it, arrow keys lead to the others.
function turn_to(state, id) {
  const before = state.nodes.get(state.current), now = state.nodes.get(id);
  if (before) before.tabIndex = -1;
  if (now) now.tabIndex = 0;
  state.current = id;
}

// The item that lies that way, rather straight ahead than near.
function beside(state, id, [dx, dy]) {
  const middle = (item) => ({ x: item.x + item.w / 2, y: item.y + item.h / 2 });
  const from = middle(state.data.items.find((item) => item.id === id));
  let best, least = Infinity;
  for (const item of state.data.items) {
    const at = middle(item), x = at.x - from.x, y = at.y - from.y;
    const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (item.id !== id && ahead > 1 && ahead + 2 * aside < least) [best, least] = [item.id, ahead + 2 * aside];
  }
  return best;
}

function node(state, item, focus) {
  const made = { folder, content_piece: piece, chat_interface: chat }[item.kind](item);
  made.classList.add("item");
  made.classList.toggle("turned", item.turned);
  made.classList.toggle("focused", item.id === focus);
  Object.assign(made.style, { left: `${item.x}px`, top: `${item.y}px`, width: `${item.w}px`, height: `${item.h}px` });
  made.style.setProperty("--tint", item.color);
  made.dataset.id = item.id;
  made.tabIndex = -1;
  made.setAttribute("role", "button");
  made.setAttribute("aria-label", [item.title, ...item.tip].join(", "));
  if (item.flagged) {
    const flag = el("span", "flag", "!");
    made.append(flag);
  }
  state.nodes.set(item.id, made);
  return made;
}

function folder(item) {
  const made = el("div", item.collapsed ? "folder collapsed" : "folder");
  const name = el("div", "name");
  name.append(icon(item.collapsed ? "chevron_right" : "folder"), el("span", "text", item.title), el("span", "count", item.foot));
  made.append(name);
  return made;
}

function piece(item) {
  const made = el("div", "piece");
  const cover = el("div", "cover");
  cover.append(icon(item.icon));
  if (item.thumb) {
    const image = el("img");
    image.alt = "";
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
    image.onerror = () => image.remove();
    image.src = item.thumb;
    cover.append(image);
  }
  if (item.chip) {
    const chip = el("span", "chip");
    chip.style.setProperty("--chip", item.chip.color);
    chip.append(icon(item.chip.icon), el("span", "", item.chip.text));
    cover.append(chip);
  }
  const body = el("div", "body");
  body.append(el("div", "title", item.title), el("div", "foot", item.foot));
  made.append(cover, body);
  return made;
}

function chat(item) {
  const made = el("div", "chat");
  const head = el("div", "head");
  head.append(icon("forum"), el("span", "text", item.title));
  const talk = el("div", "talk");
  for (let n = 0; n < Math.min(item.count, 8); n++) talk.append(el("div", "said"));
  made.append(head, talk, el("div", "foot", item.foot));
  return made;
}

function draw_line(line, by_id) {
  const from = by_id.get(line.from), to = by_id.get(line.to);
  const stroke = line.color ?? "var(--st-gray-color)";
  if (!from || !to) return stub(from ?? to);
  const [a, b] = sides(from, to);
  const reach = Math.max(40, Math.min(260, Math.hypot(b.x - a.x, b.y - a.y) / 2));
  const d = `M${a.x},${a.y} C${a.x + a.dx * reach},${a.y + a.dy * reach} ${b.x + b.dx * reach},${b.y + b.dy * reach} ${b.x},${b.y}`;
  const path = svg("path", { d, fill: "none", "stroke-width": line.width, "stroke-linecap": "round" });
  path.style.stroke = stroke;
  if (line.dashed) path.setAttribute("stroke-dasharray", `${line.width * 3} ${line.width * 3}`);
  const size = 5 + line.width * 1.5;
  const head = svg("path", { d: `M0,0 L${size},${-size * 0.6} L${size},${size * 0.6} Z` });
  const turn = (Math.atan2(b.dy, b.dx) * 180) / Math.PI;
  head.setAttribute("transform", `translate(${b.x},${b.y}) rotate(${turn})`);
  head.style.fill = stroke;
  return [path, head];
}

// Where a line leaves one box and meets the other: on the sides that face each other, arrows pointing outwards.
function sides(from, to) {
  const across = to.x + to.w / 2 - (from.x + from.w / 2), down = to.y + to.h / 2 - (from.y + from.h / 2);
  const is_beside = Math.abs(across) - (from.w + to.w) / 2 > 20;
  const side = (box, dx, dy) => ({ x: box.x + (box.w * (1 + dx)) / 2, y: box.y + (box.h * (1 + dy)) / 2, dx, dy });
  const [dx, dy] = is_beside ? [Math.sign(across) || 1, 0] : [0, Math.sign(down) || 1];
  return [side(from, dx, dy), side(to, -dx, -dy)];
}

// A connection to nothing: a short red line that ends in a cross.
function stub(box) {
  if (!box) return [];
  const x = box.x + box.w, y = box.y + Math.min(box.h / 2, 40), end = x + 64;
  const path = svg("path", { d: `M${x},${y} H${end} m-7,-7 l14,14 m0,-14 l-14,14`, fill: "none", "stroke-width": 2.5, "stroke-dasharray": "none" });
  path.style.stroke = "var(--st-red-color)";
  return [path];
}

function legend(state, data) {
  const parts = data.legend.map(({ text, shape, color }) => {
    const row = el("span");
    const drawing = svg("svg", { width: 18, height: 12, "aria-hidden": "true" });
    const shapes = {
      box: () => svg("rect", { x: 2, y: 1, width: 14, height: 10, rx: 3, "fill-opacity": 0.18, "stroke-width": 1.3 }),
      line: () => svg("path", { d: "M1,6 H17", "stroke-width": 2 }),
      cut: () => svg("path", { d: "M1,6 H12 m-3,-3 l6,6 m0,-6 l-6,6", "stroke-width": 1.6, fill: "none" }),
      flag: () => svg("circle", { cx: 9, cy: 6, r: 5 }),
    };
    const drawn = shapes[shape]();
    drawn.style.stroke = color;
    if (shape === "box" || shape === "flag") drawn.style.fill = color;
    drawing.append(drawn);
    row.append(drawing, text);
    return row;
  });
  state.legend.replaceChildren(...parts);
}

function map(state, data) {
  const [x, y, w, h] = data.view;
  const k = Math.min((MAP_W - 16) / w, (MAP_H - 16) / h);
  state.to_map = { k, dx: MAP_W / 2 - (x + w / 2) * k, dy: MAP_H / 2 - (y + h / 2) * k };
  const drawing = svg("svg", { width: MAP_W, height: MAP_H });
  for (const item of data.items.filter((item) => !item.far)) {
    const is_folder = item.kind === "folder";
    const box = svg("rect", {
      x: item.x * k + state.to_map.dx, y: item.y * k + state.to_map.dy,
      width: Math.max(item.w * k, 1.5), height: Math.max(item.h * k, 1.5), rx: 1.5, "fill-opacity": is_folder ? 0.22 : 0.75,
    });
    box.style.fill = item.color;
    drawing.append(box);
  }
  state.frame = svg("rect", { class: "frame", rx: 2 });
  drawing.append(state.frame);
  state.map.replaceChildren(drawing);
}

// Until somebody moves it, it fits whatever room the page gives it, which may change while the page is laid out.
function begin(state) {
  if (!state.data || !state.root.clientWidth) return;
  state.is_placed = true;
  const focus = state.data.focus && state.data.items.find((item) => item.id === state.data.focus);
  fit(state);
  if (state.k < READABLE) top(state);
  if (focus && !is_seen(state, focus)) center(state, focus);
  state.begun = where(state);
}

function where(state) {
  return `${state.x} ${state.y} ${state.k}`;
}

// A large canvas opens at its top, large enough to read; "Fit" and the small map show the whole.
function top(state) {
  const [x, y, w] = state.data.view;
  const { clientWidth: width } = state.root;
  state.k = READABLE;
  state.x = w * state.k < width - 2 * PAD ? width / 2 - (x + w / 2) * state.k : PAD - x * state.k;
  state.y = PAD + 24 - y * state.k;
  place(state);
}

function fit(state) {
  const [x, y, w, h] = state.data.view;
  const { clientWidth: width, clientHeight: height } = state.root;
  const below = PAD; // the legend lies over the lower edge
  state.k = clamp(Math.min((width - 2 * PAD) / w, (height - PAD - below - 20) / h), FARTHEST, 1);
  state.x = width / 2 - (x + w / 2) * state.k;
  state.y = (height - below + 28) / 2 - (y + h / 2) * state.k;
  place(state);
}

function center(state, item) {
  state.k = clamp(state.k, 0.5, 1);
  state.x = state.root.clientWidth / 2 - (item.x + item.w / 2) * state.k;
  state.y = state.root.clientHeight / 2 - (item.y + item.h / 2) * state.k;
  place(state);
}

function is_seen(state, item) {
  if (!item) return true;
  const left = item.x * state.k + state.x, top = item.y * state.k + state.y;
  return left >= 0 && top >= 0 && left + item.w * state.k <= state.root.clientWidth && top + item.h * state.k <= state.root.clientHeight;
}

function zoom(state, factor, at) {
  const { x, y } = at ?? { x: state.root.clientWidth / 2, y: state.root.clientHeight / 2 };
  const k = clamp(state.k * factor, FARTHEST, NEAREST);
  state.x = x - ((x - state.x) * k) / state.k;
  state.y = y - ((y - state.y) * k) / state.k;
  state.k = k;
  place(state);
}

function place(state) {
  const { x, y, k } = state;
  state.world.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
  // Folder names stay readable from afar.
  state.world.style.setProperty("--label", clamp(0.85 / k, 1, 3).toFixed(2));
  const dots = 24 * k * 2 ** Math.max(0, Math.ceil(Math.log2(14 / (24 * k))));
  state.grid.style.backgroundSize = `${dots}px ${dots}px`;
  state.grid.style.backgroundPosition = `${x % dots}px ${y % dots}px`;
  state.percent.textContent = `${Math.round(k * 100)} %`;
  const { k: m, dx, dy } = state.to_map;
  for (const [name, value] of Object.entries({
    x: (-x / k) * m + dx, y: (-y / k) * m + dy,
    width: (state.root.clientWidth / k) * m, height: (state.root.clientHeight / k) * m,
  })) state.frame.setAttribute(name, value);
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

function point(state, event) {
  const box = state.root.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function item_of(event) {
  return event.target.closest?.("[data-id]");
}

function listen(state) {
  const { root } = state;
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest(".panel")) return;
    state.pointers.set(event.pointerId, point(state, event));
    state.pressed = { at: point(state, event), item: item_of(event)?.dataset.id, moved: false };
    root.setPointerCapture(event.pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    const before = state.pointers.get(event.pointerId), now = point(state, event);
    if (!before) return hover(state, event, now);
    if (Math.hypot(now.x - state.pressed.at.x, now.y - state.pressed.at.y) > 4) state.pressed.moved = true;
    if (!state.pressed.moved) return;
    root.classList.add("moving");
    state.tip.hidden = true;
    const others = [...state.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    state.pointers.set(event.pointerId, now);
    if (others.length) return pinch(state, others[0], before, now);
    state.x += now.x - before.x;
    state.y += now.y - before.y;
    place(state);
  });
  const release = (event) => {
    const was_pressed = state.pointers.delete(event.pointerId);
    if (state.pointers.size) return;
    root.classList.remove("moving");
    if (was_pressed && event.type === "pointerup" && !state.pressed.moved && state.pressed.item) {
      state.opened_by_key = false;
      state.open(state.pressed.item);
    }
  };
  root.addEventListener("pointerup", release);
  root.addEventListener("pointercancel", release);
  root.addEventListener("pointerleave", () => (state.tip.hidden = true));
  root.addEventListener("wheel", (event) => {
    // A wheel alone scrolls the page, as everywhere else.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(state, Math.exp(-event.deltaY / 300), point(state, event));
  }, { passive: false });
  root.addEventListener("dblclick", (event) => {
    if (!event.target.closest(".panel") && !item_of(event)) zoom(state, STEP * STEP, point(state, event));
  });
  root.addEventListener("keydown", (event) => key(state, event));
  root.addEventListener("focusin", (event) => {
    const item = event.target.matches(":focus-visible") && state.data.items.find((one) => one.id === event.target.dataset.id);
    if (!item) return;
    turn_to(state, item.id);
    // Beyond the edge the browser would scroll what is moved here.
    root.scrollTo(0, 0);
    if (!is_seen(state, item)) center(state, item);
    tell(state, item, { x: (item.x + item.w) * state.k + state.x - 16, y: item.y * state.k + state.y });
  });
  root.addEventListener("focusout", () => (state.tip.hidden = true));
  state.map.addEventListener("click", (event) => {
    const box = state.map.getBoundingClientRect(), { k, dx, dy } = state.to_map;
    state.x = root.clientWidth / 2 - ((event.clientX - box.left - dx) / k) * state.k;
    state.y = root.clientHeight / 2 - ((event.clientY - box.top - dy) / k) * state.k;
    place(state);
  });
}

function pinch(state, other, before, now) {
  const apart = (a) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
  zoom(state, apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
}

function key(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const id = item_of(event)?.dataset.id;
  if (id && (event.key === "Enter" || event.key === " ")) {
    state.opened_by_key = true;
    state.open(id);
  } else if (id && event.key === "Escape") state.root.focus();
  else if (id && way) state.nodes.get(beside(state, id, way))?.focus({ preventScroll: true });
  else if (way) {
    state.x -= 80 * way[0];
    state.y -= 80 * way[1];
    place(state);
  } else if (event.key === "+" || event.key === "=") zoom(state, STEP);
  else if (event.key === "-") zoom(state, 1 / STEP);
  else if (event.key === "0") fit(state);
  else return;
  event.preventDefault();
}

function hover(state, event, at) {
  const found = item_of(event);
  tell(state, found && state.data.items.find((one) => one.id === found.dataset.id), at);
}

function tell(state, item, at) {
  state.tip.hidden = !item;
  if (!item) return;
  if (state.tip.dataset.of !== item.id) {
    state.tip.dataset.of = item.id;
    state.tip.replaceChildren(el("b", "", item.title), ...item.tip.map((line) => el("div", "", line)));
  }
  const right = at.x + 16 + state.tip.offsetWidth > state.root.clientWidth;
  const below = at.y + 16 + state.tip.offsetHeight > state.root.clientHeight;
  state.tip.style.left = `${Math.max(4, right ? at.x - 12 - state.tip.offsetWidth : at.x + 16)}px`;
  state.tip.style.top = `${Math.max(4, below ? at.y - 12 - state.tip.offsetHeight : at.y + 16)}px`;
}
