// The service worker: starts the app without a connection, and shows push notifications. It keeps the page and
// the files of the build only; requests to the API pass it untouched and are never stored.
// scripts/service-worker.mjs replaces the name of the build, so that each build has a worker of its own.
const BUILD = "development";
const SHELL = `genonaut-shell-${BUILD}`;
const PAGE = "/";
const FILES = [PAGE, "/boot.js", "/boot.css", "/favicon.svg", "/manifest.webmanifest"];
const NOT_PAGES = ["/api/", "/ws/", "/health/", "/metrics"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith("genonaut-shell-") && name !== SHELL)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (NOT_PAGES.some((start) => pathname.startsWith(start))) return;
  if (pathname.startsWith("/assets/")) event.respondWith(fromCacheFirst(request));
  else if (request.mode === "navigate") event.respondWith(fromServerFirst(request, PAGE));
  else if (FILES.includes(pathname)) event.respondWith(fromServerFirst(request, pathname));
});

// Files with a hash in their name never change.
async function fromCacheFirst(request) {
  const cache = await caches.open(SHELL);
  const known = await cache.match(request.url);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (response.ok) await cache.put(request.url, response.clone());
  return response;
}

// The page of this build is kept, not that of a newer one, whose files would be missing without a connection.
async function fromServerFirst(request, kept) {
  try {
    return await fetch(request);
  } catch (error) {
    const known = await (await caches.open(SHELL)).match(kept);
    if (known === undefined) throw error;
    return known;
  }
}

self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data === null ? {} : event.data.json()));
});

async function show({ title = "Genonaut", message = "", path = "/notifications", tag = "genonaut" }) {
  // A page that is visible shows the notification itself.
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.some((page) => page.visibilityState === "visible")) return;
  await self.registration.showNotification(title, {
    body: message,
    tag,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: { path },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

async function open(path) {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (page === undefined) return self.clients.openWindow(path);
  page.postMessage({ open: path });
  return page.focus();
}
