/** A fake API for component tests, which define its responses. */
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

const API = `${window.location.origin}/api/v1`;

/** Start a server for the tests of one file; a request without a handler fails the test. */
export function startServer() {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
  return {
    /** Answer GET requests for a path with JSON. */
    gives: (path: string, body: object) => server.use(http.get(API + path, () => HttpResponse.json(body))),
    /** Serve the feed: open submissions, and ended ones. */
    givesFeed: (open: readonly object[], ended: readonly object[] = []) =>
      server.use(
        http.get(`${API}/generation-batches`, ({ request }) => {
          const isOpen = new URL(request.url).searchParams.get("open") === "true";
          return HttpResponse.json(page(isOpen ? open : ended));
        }),
      ),
    use: server.use.bind(server),
  };
}

export const url = (path: string): string => API + path;

/** Return a page of a list as the API returns it. */
export const page = (items: readonly object[]) => ({ items, next_cursor: null, total: items.length });

/** Return an error response of the API. */
export function problem(
  status: number,
  detail: string,
  errors?: readonly { field: string; message: string }[],
) {
  return HttpResponse.json(
    { type: "about:blank", title: "Error", status, detail, ...(errors === undefined ? {} : { errors }) },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}
