import { describe, expect, it } from "vitest";
import { fieldErrorsOf } from "./field-errors";
import { ApiError } from "./problem";

const fields = [
  { field: "lora_models[1].name", message: "is unknown" },
  { field: "lora_models[10].strength_model", message: "is too large" },
  { field: "params.steps", message: "must be a whole number" },
  { field: "prompt", message: "is required" },
];

describe("fieldErrorsOf", () => {
  it("finds each error by its field and by its parent field", () => {
    const errors = fieldErrorsOf(new ApiError("4 fields", { status: 422, fields }));
    expect(errors("prompt")).toBe("Is required.");
    expect(errors("params.steps")).toBe("Must be a whole number.");
    expect(errors("params")).toBe("Must be a whole number.");
    expect(errors("lora_models.1")).toBe("Is unknown.");
    expect(errors("lora_models.10")).toBe("Is too large.");
    expect(errors("lora_models.0")).toBeUndefined();
    expect(errors("param")).toBeUndefined();
  });

  it("finds nothing in errors that name no field", () => {
    expect(fieldErrorsOf(new Error("offline"))("prompt")).toBeUndefined();
    expect(fieldErrorsOf(new ApiError("gone", { status: 404 }))("prompt")).toBeUndefined();
  });
});
