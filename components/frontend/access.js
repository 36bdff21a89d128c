// What Streamlit leaves out for people with a keyboard or a screen reader: a table that scrolls takes the focus, and a
// metric's sparkline, whose figure stands beside it, is passed over.
let watching;

export default function () {
  watching?.disconnect();
  watching = new MutationObserver(soon);
  watching.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", soon);
  mend();
  return () => {
    watching.disconnect();
    window.removeEventListener("resize", soon);
  };
}

let due = 0;

function soon() {
  due ||= requestAnimationFrame(mend);
}

function mend() {
  due = 0;
  for (const table of document.querySelectorAll("[data-testid=stTable] table")) {
    const frame = table.parentElement;
    const scrolls = frame.scrollWidth > frame.clientWidth;
    if (scrolls) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
  for (const chart of document.querySelectorAll("[data-testid=stMetricChart]")) chart.ariaHidden = "true";
}
