import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { type LoraChoice, LoraField } from "./lora-field";

function Probe({ start }: { readonly start: LoraChoice }) {
  const [lora, setLora] = useState(start);
  return (
    <>
      <LoraField
        lora={lora}
        model={undefined}
        error={undefined}
        onChange={setLora}
        onRemove={() => undefined}
        onTriggerWord={() => undefined}
      />
      <output>{`${lora.strength_model} ${lora.strength_clip}`}</output>
    </>
  );
}

const ink = { name: "ink.safetensors", strength_model: 0.8, strength_clip: 0.8 };
const strengths = () => screen.getByRole("status").textContent;
const separate = () => screen.getByRole("switch", { name: "Separate text encoder strength for ink" });

async function type(label: string, value: string) {
  const field = screen.getByRole("textbox", { name: label });
  await userEvent.clear(field);
  await userEvent.type(field, `${value}{Enter}`);
}

it("changes both strengths together until they are set apart", async () => {
  renderApp(<Probe start={ink} />);
  await type("ink", "0.6");
  expect(strengths()).toBe("0.6 0.6");
  await userEvent.click(separate());
  await type("ink: text encoder", "0.3");
  await type("ink: model", "0.9");
  expect(strengths()).toBe("0.9 0.3");
  await userEvent.click(separate());
  expect(strengths()).toBe("0.9 0.9");
});

it("shows strengths apart that reused settings have", () => {
  renderApp(<Probe start={{ ...ink, strength_clip: 0.5 }} />);
  expect(separate()).toBeChecked();
  expect(screen.getByRole("textbox", { name: "ink: text encoder" })).toHaveValue("0.5");
});
