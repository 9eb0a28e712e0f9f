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
  const preload = (properties) =>
    document.head.append(Object.assign(document.createElement("link"), properties));
  const path = location.pathname.replace(/\/\d+$/, "/1").replace(/^\/settings.*/, "/settings/account");
  // The account, which all pages behind the login ask for first. The login pages ask only after the login.
  if (path !== "/login" && path !== "/register")
    preload({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "/api/v1/auth/me" });
  // Written by scripts/page-code.mjs; not there in development.
  const list = document.getElementById("page-code");
  if (list === null) return;
  const { routes, files } = JSON.parse(list.textContent);
  for (const index of routes[path] ?? [])
    preload({ rel: "modulepreload", crossOrigin: "anonymous", href: `/${files[index]}` });
})();
