import { fireEvent, render, screen } from "@testing-library/preact";
import { expect, it } from "vitest";
import { Autocomplete } from "./autocomplete";
import { TextField } from "./text-field";

// A file of its own: the code of the list is loaded once.
it("opens its list when it was pressed before the list was loaded", async () => {
  render(
    <Autocomplete
      options={["heron", "sea"]}
      renderInput={(params) => <TextField {...params} label="Animal" />}
    />,
  );
  const field = screen.getByRole("combobox", { name: "Animal" });
  // The list may be loaded before the button of the mouse is released.
  fireEvent.mouseDown(field);
  field.focus();
  expect(await screen.findByRole("option", { name: "heron" })).toBeInTheDocument();
});
