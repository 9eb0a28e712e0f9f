import { ApiError } from "./problem";

/** Looks up what the server said about a field: "params.steps", "lora_models.0.name". */
export type FieldErrors = (field: string) => string | undefined;

const noErrors: FieldErrors = () => undefined;

/** Return the server's words by field; a field also answers for what lies inside it. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (!(error instanceof ApiError) || error.fields.length === 0) return noErrors;
  const known = error.fields.map(({ field, message }) => ({ path: normalise(field), message }));
  return (wanted) => known.find(({ path }) => path === wanted || path.startsWith(`${wanted}.`))?.message;
}

/** "$.lora_models[0].name" and "lora_models.0.name" are one field. */
function normalise(field: string): string {
  return field
    .replace(/^\$\.?/, "")
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .replace(/^\./, "");
}
