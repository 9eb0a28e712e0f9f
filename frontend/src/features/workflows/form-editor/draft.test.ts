import { describe, expect, it } from "vitest";
import { makeField } from "@/testing/workflows";
import {
  addableFields,
  addField,
  bodyOf,
  changeField,
  derivedDraft,
  moveField,
  removeField,
  shownForm,
  storedDraft,
} from "./draft";

const prompt = makeField({ key: "prompt", label: "Prompt" });
const seed = makeField({ key: "seed", label: "Seed", type: "seed", node_id: "3", input: "seed" });
const steps = makeField({
  key: "steps",
  label: "Steps",
  type: "integer",
  node_id: "3",
  input: "steps",
  min: 1,
  max: 100,
});
const keysOf = (form: readonly { readonly key: string }[]) => form.map(({ key }) => key);

describe("moving", () => {
  const form = derivedDraft([prompt, seed, steps]);

  it("moves a field forwards and backwards", () => {
    expect(keysOf(moveField(form, 0, 2))).toEqual(["seed", "steps", "prompt"]);
    expect(keysOf(moveField(form, 2, 0))).toEqual(["steps", "prompt", "seed"]);
  });

  it("leaves the form as it is outside of the list", () => {
    expect(moveField(form, 0, -1)).toBe(form);
    expect(moveField(form, 2, 3)).toBe(form);
  });
});

describe("adding", () => {
  it("offers what the form does not set, removed fields too", () => {
    const form = removeField(derivedDraft([prompt, seed]), "seed");
    expect(keysOf(addableFields(form, [prompt, seed, steps]))).toEqual(["seed", "steps"]);
  });

  it("does not offer an input that a field sets beside its own", () => {
    const both = { ...prompt, also: [{ node_id: "3", input: "steps" }] };
    expect(addableFields(derivedDraft([both]), [prompt, steps])).toEqual([]);
  });

  it("gives a new field a key of its own and shows it", () => {
    const other = { ...steps, node_id: "8", is_advanced: true, group: "Sampling" };
    const form = addField(addField(derivedDraft([steps]), other), { ...other, node_id: "9" });
    expect(keysOf(form)).toEqual(["steps", "steps_2", "steps_3"]);
    expect(form[1]).toMatchObject({ is_advanced: false, group: "", highest: 100 });
  });
});

describe("options", () => {
  const sampler = makeField({ key: "sampler", type: "choice", options: ["euler", "heun"] });

  it("are those of the servers as long as the author allows all", () => {
    const [field] = derivedDraft([sampler]);
    expect(field).toMatchObject({ choices: ["euler", "heun"], options: [] });
    expect(bodyOf(derivedDraft([sampler]))[0]?.options).toEqual([]);
  });

  it("of a stored form stay limited", () => {
    const stored = { ...sampler, options: ["heun"] };
    const [field] = storedDraft([stored], [sampler]);
    expect(field).toMatchObject({ choices: ["euler", "heun"], options: ["heun"] });
  });
});

it("keeps the limits of the node beside narrower ones of the author", () => {
  const [field] = storedDraft([{ ...steps, max: 40 }], [steps]);
  expect(field).toMatchObject({ min: 1, max: 40, lowest: 1, highest: 100 });
});

it("sends fields as the API takes them", () => {
  const form = changeField(derivedDraft([steps]), "steps", { label: "Number of steps", max: 30 });
  expect(bodyOf(form)).toEqual([{ ...steps, label: "Number of steps", max: 30 }]);
});

it("shows groups in the order of their first field, advanced fields apart", () => {
  const form = derivedDraft([
    { ...prompt, group: "Text" },
    seed,
    { ...steps, is_advanced: true },
    { ...steps, key: "negative", group: "Text" },
    { ...steps, key: "secret", is_hidden: true },
  ]);
  const { basic, advanced } = shownForm(form);
  expect(basic.map(({ name, fields }) => [name, keysOf(fields)])).toEqual([
    ["Text", ["prompt", "negative"]],
    ["", ["seed"]],
  ]);
  expect(advanced.flatMap(({ fields }) => keysOf(fields))).toEqual(["steps"]);
});
