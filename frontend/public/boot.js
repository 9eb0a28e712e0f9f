// Picks the colour scheme before the first paint; a separate file because the page allows no inline script.
(() => {
  let mode = "system";
  try {
    mode = localStorage.getItem("genonaut-mode") || "system";
  } catch {
    // storage may be switched off: the system's scheme it is
  }
  const dark = mode === "dark" || (mode === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
})();
