// "/" puts the cursor into the find field, unless somebody is typing or a dialog is open. Enter on the text that was
// answered last asks it again: Streamlit tells of new texts only.
let listening;

export default function (component) {
  const { data, setTriggerValue } = component;
  const field = () => document.querySelector(`.st-key-${data.field} input`);
  const press = (event) => {
    if (event.key === "Enter" && event.target === field() && !event.isComposing) {
      if (data.said && event.target.value.trim() === data.said) setTriggerValue("again", true);
      return;
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.composedPath()[0];
    const is_typing = at?.isContentEditable || /^(input|textarea|select)$/i.test(at?.tagName ?? "");
    if (is_typing || document.querySelector("[role=dialog]")) return;
    event.preventDefault();
    focus(field, 10);
  };
  // Streamlit calls this anew whenever the theme changes; there must be one listener.
  document.removeEventListener("keydown", listening);
  document.addEventListener("keydown", press);
  listening = press;
  return () => document.removeEventListener("keydown", press);
}

// On a narrow screen the sidebar is folded away: open it first, and wait until the field is there.
function focus(field, tries) {
  const input = field();
  const is_hidden = !input || input.getBoundingClientRect().right <= 0 || !input.offsetParent;
  if (is_hidden && tries === 10) document.querySelector("[data-testid=stExpandSidebarButton]")?.click();
  if (is_hidden && tries) return setTimeout(() => focus(field, tries - 1), 50);
  input?.focus();
  input?.select();
}
