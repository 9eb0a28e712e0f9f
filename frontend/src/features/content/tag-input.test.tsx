import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { startServer } from "@/testing/server";
import { TagInput } from "./tag-input";

const server = startServer();

beforeEach(() => server.gives("/tags", { items: [{ tag: "heron", count: 2 }] }));

/** Passes a new array on every render, as a parent that reads tags from the URL does. */
function Field({ allowsNew }: { readonly allowsNew: boolean }) {
  const [tags, setTags] = useState("sea");
  return (
    <TagInput
      label="Tags"
      allowsNew={allowsNew}
      value={tags === "" ? [] : tags.split(",")}
      onChange={(chosen) => setTags(chosen.join(","))}
    />
  );
}

it.each([true, false])("keeps the typed text while suggestions load, allowsNew: %s", async (allowsNew) => {
  renderApp(<Field allowsNew={allowsNew} />);
  // Its code has been loaded.
  await screen.findByRole("button", { name: "sea" });
  const field = screen.getByRole("combobox", { name: "Tags" });
  await userEvent.type(field, "her");
  const option = await screen.findByRole("option", { name: /heron/ });
  expect(field).toHaveValue("her");
  await userEvent.click(option);
  expect(screen.getByRole("button", { name: "heron" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "sea" })).toBeInTheDocument();
  expect(field).toHaveValue("");
});
