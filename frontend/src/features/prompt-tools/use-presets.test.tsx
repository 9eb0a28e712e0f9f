import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { Link } from "react-router";
import { expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { startServer } from "@/testing/server";
import type { AppliedStyle } from "./styles";
import { usePresets } from "./use-presets";

const server = startServer();
const STYLE = {
  id: 2,
  kind: "style",
  name: "Film",
  prompt: "{prompt}, film",
  negative_prompt: "",
  settings: {},
};
const PRESET = { ...STYLE, id: 3, kind: "preset", name: "Portrait", settings: { width: 832, height: 1216 } };
const OF_MODEL = { label: "Settings of XL", settings: { checkpoint_model: "xl" } };

/** The form, with its settings as text. */
function Form() {
  const [styles, setStyles] = useState<readonly AppliedStyle[]>([]);
  const [settings, setSettings] = useState<object>({});
  const { presets, remove } = usePresets({
    styles,
    onStyles: setStyles,
    onPreset: (next) => {
      setSettings(next);
      return () => setSettings({});
    },
  });
  return (
    <>
      <p>{JSON.stringify([styles.map(({ name }) => name), settings])}</p>
      {presets.map((one) => (
        <button key={one.label} type="button" onClick={() => remove(one)}>
          {one.label}
        </button>
      ))}
      <Link to="/" state={{ settings: OF_MODEL }}>
        Generate with it
      </Link>
    </>
  );
}

it("applies the style that the address names, once", async () => {
  server.gives("/presets/2", STYLE);
  const { router } = renderApp(<Form />, { at: "/?preset=2" });
  expect(await screen.findByText('[["Film"],{}]')).toBeInTheDocument();
  await waitFor(() => expect(router.state.location.search).toBe(""));
});

it("applies the preset that the address names; removing it restores the form", async () => {
  server.gives("/presets/3", PRESET);
  renderApp(<Form />, { at: "/?preset=3" });
  await userEvent.click(await screen.findByRole("button", { name: "Preset: Portrait" }));
  expect(await screen.findByText("[[],{}]")).toBeInTheDocument();
});

it("applies the settings of a model that another page gives", async () => {
  const { router } = renderApp(<Form />);
  await userEvent.click(screen.getByRole("link", { name: "Generate with it" }));
  expect(await screen.findByText('[[],{"checkpoint_model":"xl"}]')).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Settings of XL" })).toBeInTheDocument();
  await waitFor(() => expect(router.state.location.state).toBeNull());
});
