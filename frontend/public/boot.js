// Sets the colour scheme before the first paint. A separate file because the page allows no inline scripts.
(() => {
  let mode = "system";
  try {
    mode = localStorage.getItem("genonaut-mode") || "system";
  } catch {
    // Storage may be disabled: keep the system's scheme.
  }
  const dark = mode === "dark" || (mode === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
})();
