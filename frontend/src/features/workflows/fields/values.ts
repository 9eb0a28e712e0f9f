/** Values of a form, by the keys of its fields; pure functions. */
import type { WorkflowField } from "@/api/types";
import { parseReference } from "@/features/inputs";

/** A missing value is the default of the field; a missing seed is random. */
export type FormValues = Readonly<Record<string, unknown>>;

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isReference = (value: unknown): boolean => parseReference(value) !== null;

const FITS: Record<WorkflowField["type"], (value: unknown) => boolean> = {
  text: isText,
  color: isText,
  integer: isNumber,
  number: isNumber,
  seed: isNumber,
  boolean: (value) => typeof value === "boolean",
  choice: (value) => isText(value) || isNumber(value) || typeof value === "boolean",
  model: isText,
  image: isReference,
  mask: isReference,
  video: isReference,
  audio: isReference,
  file: () => false,
};

/** Return the fields that a user sets. */
export const shownFields = (form: readonly WorkflowField[]): readonly WorkflowField[] =>
  form.filter((field) => !field.is_hidden && field.type !== "file");

/** Return the values of a form: the given ones that fit their fields, else the defaults. */
export function valuesOf(form: readonly WorkflowField[], given: unknown): FormValues {
  const known = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  const values: Record<string, unknown> = {};
  for (const field of shownFields(form)) {
    const value = known[field.key];
    if (value !== undefined && FITS[field.type](value)) values[field.key] = value;
    else if (field.type !== "seed" && FITS[field.type](field.default)) values[field.key] = field.default;
  }
  return values;
}

/** Return the inputs of a submission. */
export function inputsOf(form: readonly WorkflowField[], values: FormValues): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const { key, type } of shownFields(form)) {
    const value = values[key];
    if (value !== undefined && FITS[type](value)) inputs[key] = value;
  }
  return inputs;
}

/** Return what a field of type choice or model accepts, from the schema of the inputs. */
export function optionsOf(schema: unknown, { key, options }: WorkflowField): readonly unknown[] {
  const properties = (schema as { properties?: Record<string, { enum?: unknown[] }> } | undefined)
    ?.properties;
  return properties?.[key]?.enum ?? options;
}

export interface FieldGroup {
  /** Empty for fields without a group. */
  readonly name: string;
  readonly fields: readonly WorkflowField[];
}

/** Return the fields by group, in the order of the form. */
export function groupsOf(fields: readonly WorkflowField[]): readonly FieldGroup[] {
  const groups = new Map<string, WorkflowField[]>();
  for (const field of fields) {
    const known = groups.get(field.group);
    if (known === undefined) groups.set(field.group, [field]);
    else known.push(field);
  }
  return [...groups].map(([name, members]) => ({ name, fields: members }));
}
