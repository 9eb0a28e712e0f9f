import { expect, it } from "vitest";
import { asSentence, errorOf, messageOf } from "./problem";

it("shows what the API says as a sentence", () => {
  const response = new Response(null, { status: 403 });
  expect(messageOf(errorOf(response, { detail: "the password is wrong" }))).toBe("The password is wrong.");
  expect(messageOf(errorOf(response, { detail: "Already a sentence!" }))).toBe("Already a sentence!");
});

it.each([
  ["user 7 does not exist, or is deactivated", "User 7 does not exist, or is deactivated."],
  ["sd15.safetensors is damaged", "sd15.safetensors is damaged."],
  [
    "params.steps: must be at least 1; prompt: is required",
    "params.steps: must be at least 1; prompt: is required",
  ],
  ["lora_models may be repeated", "lora_models may be repeated."],
  ["there is no user 'anna'", "There is no user 'anna'."],
  ["", ""],
])("writes %j as %j", (message, sentence) => expect(asSentence(message)).toBe(sentence));
