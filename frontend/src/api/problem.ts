/** Failures of the API as one error type (RFC 9457), whatever went wrong on the way. */

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  readonly fields: readonly FieldProblem[];
  /** From `Retry-After`, or null. */
  readonly retryAfterSeconds: number | null;
  /** For a report: the `X-Request-ID` of the answer. */
  readonly requestId: string | null;

  constructor(
    message: string,
    details: Partial<Pick<ApiError, "status" | "fields" | "retryAfterSeconds" | "requestId">>,
  ) {
    super(message);
    this.status = details.status ?? 0;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.requestId = details.requestId ?? null;
  }

  /** No answer: offline, or the server is down. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

/** Return the error that an unsuccessful answer with this parsed body stands for. */
export function errorOf(response: Response, body: unknown): ApiError {
  const problem = isRecord(body) ? body : {};
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(wordsOf(problem, response.status), {
    status: response.status,
    fields: Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    requestId: response.headers.get("X-Request-ID"),
  });
}

function wordsOf(problem: Record<string, unknown>, status: number): string {
  for (const words of [problem.detail, problem.title]) {
    if (typeof words === "string" && words !== "") return words;
  }
  return status >= 500 ? `The server failed (${status}).` : `The request was refused (${status}).`;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What to tell the person about anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError && error.isUnreachable) return "The server cannot be reached. Trying again…";
  return error instanceof Error ? error.message : "Something went wrong.";
}
