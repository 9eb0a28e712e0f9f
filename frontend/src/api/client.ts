/** The API client: typed paths, the CSRF header, the login gate, and every failure as an `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import { loginGate } from "./login-gate";
import { ApiError, errorOf } from "./problem";
import type { paths } from "./schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Routes whose 401 is not about an ended session. */
const LOGIN_ROUTES = /\/api\/v1\/auth\/(login|logout|register|options)$/;

/** Double-submit token: the server compares this header with the cookie, which only our pages can read. */
function setCsrfToken(request: Request): void {
  const token = /(?:^|; )csrf=([^;]*)/.exec(document.cookie)?.[1];
  if (token !== undefined && !SAFE_METHODS.has(request.method)) request.headers.set("X-CSRF-Token", token);
}

const csrf: Middleware = {
  onRequest({ request }) {
    setCsrfToken(request);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Lists as `status=a&status=b`, the form that the API reads.
  querySerializer: { array: { style: "form", explode: true } },
  fetch: fetchWithLogin,
});
api.use(csrf);

/** Like `fetch`, but a request without a valid session waits for a login and is then repeated. */
async function fetchWithLogin(request: Request): Promise<Response> {
  if (LOGIN_ROUTES.test(new URL(request.url).pathname)) return fetchOrThrow(request);
  // The body of a request can be read once.
  const repetition = request.clone();
  const response = await fetchOrThrow(request);
  if (response.status !== 401 || !(await loginGate.waitForLogin(request.signal))) return response;
  setCsrfToken(repetition);
  return fetchWithLogin(repetition);
}

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
