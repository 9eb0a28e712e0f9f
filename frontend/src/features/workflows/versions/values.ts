/** Texts for the values that differ between two versions. */

const WORDS: Readonly<Record<string, string>> = {
  class_type: "Class",
  title: "Title",
  label: "Label",
  help: "Help text",
  group: "Group",
  type: "Type",
  node_id: "Node",
  input: "Input",
  default: "Default",
  is_advanced: "Advanced",
  is_hidden: "Hidden",
  required: "Required",
  is_multiline: "Several lines",
  min: "At least",
  max: "At most",
  step: "Step",
  options: "Allowed options",
  model_kind: "Kind of model",
  also: "Further inputs",
};

/** Return the name of a property of a field. */
export const propertyName = (name: string): string => WORDS[name] ?? name;

/** Return a value of a graph or form as text; a link names the output that it comes from. */
export function valueText(value: unknown): string {
  if (isLink(value)) return `output ${value[1]} of node ${value[0]}`;
  if (value === null || value === undefined || value === "") return "empty";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

const isLink = (value: unknown): value is readonly [string, number] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && Number.isInteger(value[1]);
