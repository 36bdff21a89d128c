// What is pressed counts. Leaving a field sends its text, and the answer may move the button that is being pressed from
// under the pointer: the browser then makes no click of it. Who lets go where they pressed meant the button.
const NEAR_PX = 8;
let pressed, isListening;

export default function () {
  if (isListening) return; // Streamlit calls this anew with every run, also in the middle of a press
  isListening = true;
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("click", wait, true);
}

function press({ target, button, clientX, clientY }) {
  const what = button === 0 && target.closest?.("button, a[href]");
  pressed = what && { what, key: keyOf(what), clientX, clientY };
}

function release({ target, clientX, clientY }) {
  const { what, key, ...from } = pressed || {};
  pressed = undefined;
  if (!what?.isConnected || what.contains(target) || keyOf(what) !== key) return;
  if (Math.hypot(clientX - from.clientX, clientY - from.clientY) <= NEAR_PX) what.click();
}

// A button that was drawn again for something else is not the one that was pressed.
function keyOf(what) {
  return what.closest("[class*=st-key-]")?.className.match(/st-key-\S+/)[0];
}

// A file is asked for at once, and what was just typed is sent a moment after its field was left: the file waits for it.
function wait(event) {
  const button = event.target.closest?.("[data-testid=stDownloadButton] button");
  if (!button || !event.isTrusted) return;
  event.preventDefault();
  event.stopPropagation();
  // Two turns: one for what the field's own handler put off, one for what that put off.
  setTimeout(() => setTimeout(() => button.click()));
}
