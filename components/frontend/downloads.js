// A file is asked for at once, and what was just typed is sent a moment after its field was left: the file waits for it.
let listening;

export default function () {
  const press = (event) => {
    const button = event.target.closest?.("[data-testid=stDownloadButton] button");
    if (!button || !event.isTrusted) return;
    event.preventDefault();
    event.stopPropagation();
    // Two turns: one for what the field's own handler put off, one for what that put off.
    setTimeout(() => setTimeout(() => button.click()));
  };
  // Streamlit calls this anew with every run; there must be one listener.
  document.removeEventListener("click", listening, true);
  document.addEventListener("click", press, true);
  listening = press;
  return () => document.removeEventListener("click", press, true);
}
