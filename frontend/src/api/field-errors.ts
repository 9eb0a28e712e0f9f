import { ApiError } from "./problem";

/** Returns the server's message about a field such as "params.steps" or "lora_models.0.name". */
export type FieldErrors = (field: string) => string | undefined;

const noErrors: FieldErrors = () => undefined;

/** Return a lookup of the server's messages by field. A field also has the messages of its nested fields. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (!(error instanceof ApiError) || error.fields.length === 0) return noErrors;
  const known = error.fields.map(({ field, message }) => ({ path: normalise(field), message }));
  return (wanted) => known.find(({ path }) => path === wanted || path.startsWith(`${wanted}.`))?.message;
}

/** Return "lora_models.0.name" for "$.lora_models[0].name". */
function normalise(field: string): string {
  return field
    .replace(/^\$\.?/, "")
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .replace(/^\./, "");
}
