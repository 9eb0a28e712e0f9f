/** The form while its author arranges it: pure changes of a list of fields. */
import type { WorkflowField, WorkflowSubmit } from "@/api/types";

type FieldBody = NonNullable<WorkflowSubmit["form"]>[number];

/** A field with what its input accepts at most. */
export interface DraftField extends WorkflowField {
  /** All options of the servers; `options` are those that the author allows, none for all. */
  readonly choices: readonly unknown[];
  readonly lowest: number | null;
  readonly highest: number | null;
}

const LIVE: ReadonlySet<string> = new Set(["choice", "model"]);
const MAX_KEY = 64;

const placeOf = ({ node_id, input }: WorkflowField): string => JSON.stringify([node_id, input]);

/** Return the fields that a new form starts with. */
export const derivedDraft = (derived: readonly WorkflowField[]): DraftField[] =>
  derived.map((field) => ({ ...draftOf(field, field), ...(LIVE.has(field.type) ? { options: [] } : {}) }));

/** Return the fields of a stored form; `known` are those of an analysis of the same graph. */
export function storedDraft(form: readonly WorkflowField[], known: readonly WorkflowField[]): DraftField[] {
  const byPlace = new Map(known.map((field) => [placeOf(field), field]));
  return form.map((field) => draftOf(field, byPlace.get(placeOf(field)) ?? field));
}

const draftOf = (field: WorkflowField, known: WorkflowField): DraftField => ({
  ...field,
  choices: known.options,
  lowest: known.min,
  highest: known.max,
});

/** Return the fields that the form does not have: removed ones and those of other inputs. */
export function addableFields(
  form: readonly DraftField[],
  known: readonly WorkflowField[],
): readonly WorkflowField[] {
  const used = new Set(
    form.flatMap((field) => [field, ...field.also.map((one) => ({ ...field, ...one }))]).map(placeOf),
  );
  return known.filter((field) => !used.has(placeOf(field)));
}

/** Move the field at one index to another. */
export function moveField(form: readonly DraftField[], from: number, to: number): readonly DraftField[] {
  const field = form[from];
  if (field === undefined || to < 0 || to >= form.length || from === to) return form;
  return form.toSpliced(from, 1).toSpliced(to, 0, field);
}

export const changeField = (
  form: readonly DraftField[],
  key: string,
  patch: Partial<DraftField>,
): readonly DraftField[] => form.map((field) => (field.key === key ? { ...field, ...patch } : field));

export const removeField = (form: readonly DraftField[], key: string): readonly DraftField[] =>
  form.filter((field) => field.key !== key);

/** Append a field, shown, with a key that no other field has. */
export function addField(form: readonly DraftField[], field: WorkflowField): readonly DraftField[] {
  const [added] = derivedDraft([{ ...field, key: freeKey(form, field.key), is_advanced: false, group: "" }]);
  return added === undefined ? form : [...form, added];
}

function freeKey(form: readonly DraftField[], wanted: string): string {
  const used = new Set(form.map(({ key }) => key));
  let key = wanted;
  for (let number = 2; used.has(key); number += 1)
    key = `${wanted.slice(0, MAX_KEY - 1 - String(number).length)}_${number}`;
  return key;
}

/** Return the form as the API takes it. */
export const bodyOf = (form: readonly DraftField[]): FieldBody[] =>
  form.map(({ choices: _choices, lowest: _lowest, highest: _highest, ...field }) => field);

export interface FieldGroup {
  /** Empty for the fields that always come first. */
  readonly name: string;
  readonly fields: readonly DraftField[];
}

export interface ShownForm {
  readonly basic: readonly FieldGroup[];
  readonly advanced: readonly FieldGroup[];
}

/** Return the fields as the run page shows them: without hidden ones, by group, advanced ones apart. */
export function shownForm(form: readonly DraftField[]): ShownForm {
  const shown = form.filter((field) => !field.is_hidden);
  return {
    basic: groupsOf(shown.filter((field) => !field.is_advanced)),
    advanced: groupsOf(shown.filter((field) => field.is_advanced)),
  };
}

function groupsOf(fields: readonly DraftField[]): FieldGroup[] {
  const groups = new Map<string, DraftField[]>();
  for (const field of fields) groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  return [...groups].map(([name, members]) => ({ name, fields: members }));
}

/** Files are chosen at each run: they have no default and cannot be hidden or optional. */
export const isFile = ({ type }: Pick<WorkflowField, "type">): boolean =>
  ["image", "mask", "video", "audio", "file"].includes(type);

export const isNumber = ({ type }: Pick<WorkflowField, "type">): boolean =>
  ["integer", "number", "seed"].includes(type);
