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
  /** On a faster network this script runs earlier. */
  const SLOW_MS = 500;
  const preload = (properties) =>
    document.head.append(Object.assign(document.createElement("link"), properties));
  const path = location.pathname.replace(/\/\d+$/, "/1").replace(/^\/settings.*/, "/settings/account");
  // The account, which all pages behind the login ask for first. The login pages ask only after the login.
  if (path !== "/login" && path !== "/register")
    preload({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "/api/v1/auth/me" });
  // Written by scripts/page-code.mjs; not there in development.
  const list = document.getElementById("page-code");
  if (list === null) return;
  const { routes, following, files } = JSON.parse(list.textContent);
  const preloadAll = (indexes = [], fetchPriority = "auto") => {
    for (const index of indexes)
      preload({ rel: "modulepreload", crossOrigin: "anonymous", fetchPriority, href: `/${files[index]}` });
  };
  preloadAll(routes[path]);
  // On a slow network what follows would delay the page: the app asks for it when the page is there.
  if (performance.now() < SLOW_MS) preloadAll(following[path], "low");
})();
