// The browser asks before it leaves the page over edits that are not saved.
let listening;

export default function (component) {
  const { data } = component;
  const ask = (event) => {
    event.preventDefault();
    event.returnValue = true; // what older browsers wait for
  };
  // Streamlit calls this anew whenever the count changes; there must be one listener, and none without edits.
  window.removeEventListener("beforeunload", listening);
  if (data.count) window.addEventListener("beforeunload", ask);
  listening = ask;
  return () => window.removeEventListener("beforeunload", ask);
}
