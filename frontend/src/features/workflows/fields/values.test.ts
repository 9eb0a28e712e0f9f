import { expect, it } from "vitest";
import { makeField } from "@/testing/workflows";
import { groupsOf, inputsOf, optionsOf, shownFields, valuesOf } from "./values";

const form = [
  makeField({ key: "prompt", type: "text", default: "a cat" }),
  makeField({ key: "seed", type: "seed", default: 7 }),
  makeField({ key: "steps", type: "integer", default: 20, group: "Sampling" }),
  makeField({ key: "photo", type: "image" }),
  makeField({ key: "secret", type: "text", default: "x", is_hidden: true }),
];

it("starts with the defaults, with random seeds and without hidden fields", () => {
  expect(valuesOf(form, null)).toEqual({ prompt: "a cat", steps: 20 });
  expect(shownFields(form).map(({ key }) => key)).toEqual(["prompt", "seed", "steps", "photo"]);
});

it("keeps given values that fit their fields", () => {
  const given = { prompt: "", seed: 3, steps: "many", photo: { content_id: 5 }, secret: "y", other: 1 };
  expect(valuesOf(form, given)).toEqual({ prompt: "", seed: 3, steps: 20, photo: { content_id: 5 } });
});

it("submits what is set: an empty text too, but no cleared number", () => {
  const values = { prompt: "", steps: undefined, photo: { upload_id: 2 }, gone: 1 };
  expect(inputsOf(form, values)).toEqual({ prompt: "", photo: { upload_id: 2 } });
});

it("offers the options of the servers, else those of the form", () => {
  const field = makeField({ key: "sampler", type: "choice", options: ["euler"] });
  const schema = { properties: { sampler: { enum: ["euler", "dpmpp_2m"] } } };
  expect(optionsOf(schema, field)).toEqual(["euler", "dpmpp_2m"]);
  expect(optionsOf(undefined, field)).toEqual(["euler"]);
});

it("keeps groups and fields in the order of the form", () => {
  const groups = groupsOf(shownFields(form));
  expect(groups.map(({ name, fields }) => [name, fields.map(({ key }) => key)])).toEqual([
    ["", ["prompt", "seed", "photo"]],
    ["Sampling", ["steps"]],
  ]);
});
