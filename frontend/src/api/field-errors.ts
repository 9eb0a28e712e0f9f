import { ApiError, asSentence, messageOf } from "./problem";

/** Returns the server's message, as a sentence, about a field such as "params.steps" or "lora_models.0.name". */
export type FieldErrors = (field: string) => string | undefined;

const noErrors: FieldErrors = () => undefined;

/**
 * Return a lookup of the server's messages by field. A field also has the messages of its nested fields.
 * Messages about outdated fields, whose values were changed since, are left out.
 */
export function fieldErrorsOf(
  error: unknown,
  isOutdated: (path: string) => boolean = () => false,
): FieldErrors {
  if (!(error instanceof ApiError) || error.fields.length === 0) return noErrors;
  const known = error.fields.map(({ field, message }) => ({ path: normalise(field), message }));
  return (wanted) => {
    const found = known.find(
      ({ path }) => (path === wanted || path.startsWith(`${wanted}.`)) && !isOutdated(path),
    );
    return found && asSentence(found.message);
  };
}

/**
 * Return the message about a form, or null without one. Messages about these fields, which the form
 * shows beside them, are left out.
 */
export function unshownErrorOf(error: unknown, shown: readonly string[]): string | null {
  if (error === null || error === undefined) return null;
  if (!(error instanceof ApiError) || error.fields.length === 0) return messageOf(error);
  const isShown = (path: string) => shown.some((field) => path === field || path.startsWith(`${field}.`));
  const others = error.fields.filter(({ field }) => !isShown(normalise(field)));
  return others.length === 0
    ? null
    : others.map(({ field, message }) => `${normalise(field)}: ${message}`).join("; ");
}

/** Return "lora_models.0.name" for "$.lora_models[0].name". */
function normalise(field: string): string {
  return field
    .replace(/^\$\.?/, "")
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .replace(/^\./, "");
}
