/** The dialog's axes as they were when a grid was submitted. */
import type { Grid, GridAxis } from "@/api/types";
import type { AxisDraft } from "./axis-field";
import { axisOf } from "./parameters";
import { textOf } from "./values";

export const UNUSED: AxisDraft = { parameter: null, values: "", target: null };

export interface GridDraft {
  readonly x: AxisDraft;
  readonly y: AxisDraft;
  readonly z: AxisDraft;
  readonly title: string;
  readonly varySeed: boolean;
}

/** Between the parts of a prompt in a value of `prompt_order`. */
const ORDER_SEPARATOR = " | ";

/** Return what the dialog shows for a grid to be submitted again. */
export function draftOf(grid: Grid): GridDraft {
  const draft = (name: GridAxis["name"]): AxisDraft => {
    const axis = axisOf(grid, name);
    return axis === undefined
      ? UNUSED
      : { parameter: axis.parameter, values: valuesOf(axis), target: axis.target };
  };
  return {
    x: draft("x"),
    y: draft("y"),
    z: draft("z"),
    title: grid.title,
    varySeed: grid.seeds === "increment",
  };
}

/** Return the values as they were typed; those of a list as a text. */
function valuesOf({ text, parameter, values }: GridAxis): string {
  if (text !== null) return text;
  // The first order is that of the parts.
  if (parameter === "prompt_order") return textOf(String(values[0] ?? "").split(ORDER_SEPARATOR));
  return textOf(values.map((value) => (value === null ? "none" : String(value))));
}
