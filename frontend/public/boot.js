// Runs before the app: sets the colour scheme before the first paint, and loads the code of the page together
// with the app instead of after it. A separate file because the page allows no inline scripts.
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

(() => {
  // Written by scripts/page-code.mjs; not there in development.
  const list = document.getElementById("page-code");
  if (list === null) return;
  const path = location.pathname.replace(/\/\d+$/, "/1").replace(/^\/settings.*/, "/settings/account");
  const { routes, files } = JSON.parse(list.textContent);
  for (const index of routes[path] ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "";
    link.href = `/${files[index]}`;
    document.head.append(link);
  }
})();
