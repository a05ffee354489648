// Keeps the hashed files of /assets only; everything private stays on the network.
const NAME = "assets-v1";
const MOST = 400; // files of older versions leave first

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

const keep = async (request, answer) => {
  const cache = await caches.open(NAME);
  await cache.put(request, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((key) => cache.delete(key)));
};

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith("/assets/")) return;
  e.respondWith(
    (async () => {
      const hit = await caches.match(e.request);
      if (hit) return hit;
      const answer = await fetch(e.request);
      if (answer.ok) e.waitUntil(keep(e.request, answer.clone()));
      return answer;
    })(),
  );
});
