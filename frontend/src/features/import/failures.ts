/** Why files are not sent: for the moment, or at all. */
import { ApiError, messageOf } from "@/api/problem";

/** Of the API, or of a proxy before it: too many requests, and a server that does not answer at present. */
const TEMPORARY = new Set([429, 502, 503, 504]);

/** Uploads of a file that may break off although the server answers: it changed, or a proxy refuses it. */
export const MAX_BROKEN = 3;
export const BROKEN =
  "The file could not be sent. It changed since it was chosen, or a proxy takes no file of this size.";
const UNREADABLE = "The file cannot be read. It was moved or changed since it was chosen.";

export const isTemporary = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.isUnreachable || TEMPORARY.has(error.status));

const isUnreadable = (error: unknown): boolean =>
  error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name);

export const reasonOf = (error: unknown): string => (isUnreadable(error) ? UNREADABLE : messageOf(error));
