import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { LoraTagNotice } from "./lora-tag-notice";

const server = startServer();

function show(prompt: string) {
  server.gives("/models", page([makeModel({ name: "styles/ink.safetensors", kind: "lora" })]));
  const onUse = vi.fn();
  const state = { prompt, negativePrompt: "", isDynamic: false, styles: [] };
  renderApp(<LoraTagNotice get={() => state} subscribe={() => () => undefined} onUse={onUse} />);
  return onUse;
}

it("offers to add the LoRAs that tags name", async () => {
  const onUse = show("a fox, <lora:ink:0.7>, <lora:other:1>");
  await screen.findByText(/have no effect in a prompt\. Not on any ComfyUI server: other\./);
  await userEvent.click(screen.getByRole("button", { name: "Add as LoRAs" }));
  expect(onUse).toHaveBeenCalledWith("a fox", [
    { name: "styles/ink.safetensors", strength_model: 0.7, strength_clip: 0.7 },
  ]);
});

it("offers to remove tags of LoRAs that no server has", async () => {
  const onUse = show("a fox <lora:other>");
  await userEvent.click(await screen.findByRole("button", { name: "Remove the tags" }));
  expect(onUse).toHaveBeenCalledWith("a fox", []);
});
