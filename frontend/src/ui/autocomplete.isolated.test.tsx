import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Autocomplete } from "./autocomplete";
import { TextField } from "./text-field";

function Tags() {
  const [text, setText] = useState("");
  return (
    <Autocomplete
      options={["heron", "sea"]}
      inputValue={text}
      onInputChange={(_event, typed) => setText(typed)}
      renderInput={(params) => <TextField {...params} label="Tags" />}
    />
  );
}

// One test: the code of the list is loaded once.
it("keeps the text and the focus when its list is loaded while the user types", async () => {
  render(<Tags />);
  const before = screen.getByRole("combobox", { name: "Tags" });
  before.focus();
  fireEvent.input(before, { target: { value: "h" } });
  await waitFor(() => expect(before).not.toBeInTheDocument());
  const after = screen.getByRole("combobox", { name: "Tags" });
  expect(after).toHaveValue("h");
  await waitFor(() => expect(after).toHaveFocus());
  await userEvent.keyboard("e");
  expect(await screen.findByRole("option", { name: "heron" })).toBeInTheDocument();
});
