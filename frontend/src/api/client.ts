/** The API client: typed paths, the CSRF header, and every failure as an `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, errorOf } from "./problem";
import type { paths } from "./schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Double-submit token: the server compares this header with the cookie, which only our pages can read. */
const csrf: Middleware = {
  onRequest({ request }) {
    const token = /(?:^|; )csrf=([^;]*)/.exec(document.cookie)?.[1];
    if (token !== undefined && !SAFE_METHODS.has(request.method)) request.headers.set("X-CSRF-Token", token);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Lists as `status=a&status=b`, the form that the API reads.
  querySerializer: { array: { style: "form", explode: true } },
  fetch: fetchOrThrow,
});
api.use(csrf);

/** Like `fetch`, but a network failure is an `ApiError` with status 0. Aborted requests keep their error. */
async function fetchOrThrow(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError("The server cannot be reached.", { status: 0 });
    throw error;
  }
}

interface ApiResponse<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Return the body of a successful response; throw an `ApiError` for any other. */
export async function unwrap<T>(request: Promise<ApiResponse<T>>): Promise<T> {
  const { data, error, response } = await request;
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}
