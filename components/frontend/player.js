// A film or sound with its speed in view. The speed chosen holds for every player of the window: < and > change it.
const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const KEPT = "desk.speed";
const states = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  let state = states.get(parentElement);
  if (!state || state.kind !== data.kind) {
    state?.root.remove();
    state = build(parentElement, data.kind);
    states.set(parentElement, state);
    window.addEventListener("keydown", (state.press = (event) => press(event)));
    window.addEventListener(KEPT, (state.changed = () => show(state)));
  }
  state.player.setAttribute("aria-label", data.alt);
  // The same link again must not start it anew.
  if (isOurs(data.link) && state.player.getAttribute("src") !== data.link) state.player.src = data.link;
  show(state);
  return () => {
    window.removeEventListener("keydown", state.press);
    window.removeEventListener(KEPT, state.changed);
    states.delete(parentElement);
  };
}

function build(parent, kind) {
  const root = document.createElement("div");
  root.className = "player";
  const player = document.createElement(kind === "video" ? "video" : "audio");
  player.controls = true;
  player.preload = "metadata";
  const speeds = document.createElement("div");
  speeds.className = "speeds";
  speeds.setAttribute("role", "group");
  speeds.setAttribute("aria-label", "Speed");
  for (const speed of SPEEDS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${speed}×`;
    button.dataset.speed = String(speed);
    button.title = "Slower < · faster >";
    button.addEventListener("click", () => choose(speed));
    speeds.append(button);
  }
  root.append(player, speeds);
  parent.append(root);
  const state = { kind, root, player, speeds };
  // A source that is loaded anew plays at the usual speed.
  player.addEventListener("loadedmetadata", () => show(state));
  return state;
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!"<>".includes(event.key) || event.composedPath().some(isField)) return;
  const at = SPEEDS.indexOf(chosen()) + (event.key === ">" ? 1 : -1);
  event.preventDefault(); // the other players of the page heard the same key
  choose(SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)]);
}

function choose(speed) {
  sessionStorage.setItem(KEPT, String(speed));
  window.dispatchEvent(new Event(KEPT));
}

function chosen() {
  const speed = Number(sessionStorage.getItem(KEPT));
  return SPEEDS.includes(speed) ? speed : 1;
}

function show(state) {
  const speed = chosen();
  state.player.playbackRate = speed;
  for (const button of state.speeds.children) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
}

function isOurs(link) {
  const url = new URL(link, window.location.href);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname); // a Supabase on this machine
  return url.protocol === "https:" || url.origin === window.location.origin || isLocal;
}

const isField = (at) => at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName ?? "");
