/** Failures of API requests as one error type: problem details (RFC 9457) and network failures. */

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 without a response. */
  readonly status: number;
  readonly fields: readonly FieldProblem[];
  /** From `Retry-After`, or null. */
  readonly retryAfterSeconds: number | null;
  /** The stable code of the error, or null. */
  readonly code: string | null;
  /** The `X-Request-ID` of the response, for error reports. */
  readonly requestId: string | null;

  constructor(
    message: string,
    details: Partial<Pick<ApiError, "status" | "fields" | "retryAfterSeconds" | "code" | "requestId">>,
  ) {
    super(message);
    this.status = details.status ?? 0;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.code = details.code ?? null;
    this.requestId = details.requestId ?? null;
  }

  /** Whether there was no response: the browser is offline or the server is down. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

/** Return the error for an unsuccessful response with this parsed body. */
export function errorOf(response: Response, body: unknown): ApiError {
  const problem = isRecord(body) ? body : {};
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(asSentence(describe(problem, response.status)), {
    status: response.status,
    fields: Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    code: typeof problem.code === "string" ? problem.code : null,
    requestId: response.headers.get("X-Request-ID"),
  });
}

function describe(problem: Record<string, unknown>, status: number): string {
  for (const text of [problem.detail, problem.title]) {
    if (typeof text === "string" && text !== "") return text;
  }
  return status >= 500 ? `The server failed (${status}).` : `The request was refused (${status}).`;
}

/** A message of the API: "the password is wrong". */
const PLAIN_START = /^\p{Ll}+(?=[\s,]|$)/u;
/** Messages about several fields, each with its path. */
const FIELD_START = /^[\w.$[\]]+: /;

/**
 * Return a message of the API as a sentence, with a capital and a full stop. Names of files, fields and the
 * like at its start stay as they are.
 */
export function asSentence(message: string): string {
  const text = message.trim();
  if (text === "" || FIELD_START.test(text)) return text;
  const start = PLAIN_START.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…:)]["”’]?$/.test(start) ? start : `${start}.`;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Return the message to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError && error.isUnreachable) return "The server cannot be reached. Retrying…";
  return error instanceof Error ? error.message : "Something went wrong.";
}
