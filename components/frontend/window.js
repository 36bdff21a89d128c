// Fields fold behind a button where there is no room for a row of them.
const NARROW_PX = 640;
let measuring;

export default function ({ data, setStateValue }) {
  let said = data.is_narrow;
  const measure = () => {
    const isNarrow = window.innerWidth < NARROW_PX;
    if (isNarrow !== said) setStateValue("narrow", (said = isNarrow));
  };
  // Streamlit calls this anew with every run; there must be one listener.
  window.removeEventListener("resize", measuring);
  window.addEventListener("resize", measure);
  measuring = measure;
  measure();
  return () => window.removeEventListener("resize", measure);
}
