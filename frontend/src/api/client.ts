/** The one way to the API: typed paths, the CSRF header, and every failure as an `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, errorOf } from "./problem";
import type { paths } from "./schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Double submit: the server compares this header with the cookie that only our pages can read. */
const csrf: Middleware = {
  onRequest({ request }) {
    const token = /(?:^|; )csrf=([^;]*)/.exec(document.cookie)?.[1];
    if (token !== undefined && !SAFE_METHODS.has(request.method)) request.headers.set("X-CSRF-Token", token);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // `status=a&status=b`, as the API reads lists
  querySerializer: { array: { style: "form", explode: true } },
  fetch: reach,
});
api.use(csrf);

/** A network failure as an `ApiError` with status 0; an aborted request stays what it is. */
async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError("The server cannot be reached.", { status: 0 });
    throw error;
  }
}

interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Return the body of a successful answer, or throw what the server said. */
export async function unwrap<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await outcome;
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}
