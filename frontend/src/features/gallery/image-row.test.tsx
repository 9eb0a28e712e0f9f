import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Content } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { ImageRow } from "./image-row";
import { useSelection } from "./use-selection";

const LIST = { list: { scope: "mine" as const } };

function Row({ item, width = 1100, isTrash = false }: { item: Content; width?: number; isTrash?: boolean }) {
  const selection = useSelection();
  return (
    <>
      <ImageRow item={item} width={width} listState={LIST} selection={selection} isSelectOnly={isTrash} />
      <output>{selection.ids.size} ticked</output>
    </>
  );
}

const show = (changes: Partial<Content> = {}, props: { width?: number; isTrash?: boolean } = {}) =>
  renderApp(<Row item={makeContent(changes)} {...props} />, { path: "/", at: "/" });

it.each([1100, 320])("tells everything about a picture, %d pixels wide", (width) => {
  show(
    {
      title: "Harbour study",
      checkpoint_model: "sd/realistic_vision.safetensors",
      width: 768,
      height: 512,
      tags: ["sea"],
      visibility: "public",
      rating_average: 4.5,
      my_rating: 5,
      is_mine: false,
      creator: { id: "0a0a0a0a-0000-4000-8000-000000000002", username: "grace" },
    },
    { width },
  );
  for (const words of [
    "Harbour study",
    "a lighthouse at dusk",
    /realistic vision/,
    /768 × 512/,
    /sea/,
    /by grace/,
    /ago$/,
  ])
    expect(screen.getByText(words)).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Shared" })).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Rated 4.5 of 5, 5 by you" })).toBeInTheDocument();
});

it("shows the prompt alone when the title is only its beginning", () => {
  show({ title: "a lighthouse…", prompt: "a lighthouse above a calm sea" });
  expect(screen.getByRole("link", { name: "a lighthouse above a calm sea" })).toBeInTheDocument();
  expect(screen.queryByText(/by local/)).not.toBeInTheDocument();
});

it("counts the tags that have no room", () => {
  show({ tags: ["a", "b", "c", "d", "e"] });
  expect(screen.getByText("+2")).toBeInTheDocument();
  expect(screen.queryByText("d")).not.toBeInTheDocument();
});

it("opens the picture's page with the list it stands in", async () => {
  const { router } = show({ id: 7 });
  await userEvent.click(screen.getByRole("link"));
  expect(router.state.location).toMatchObject({ pathname: "/view/7", state: LIST });
});

it("is ticked by a click anywhere while any is ticked", async () => {
  const { router } = show();
  await userEvent.click(screen.getByRole("checkbox", { name: "Select a lighthouse at dusk" }));
  expect(screen.getByText("1 ticked")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("link"));
  expect(screen.getByText("0 ticked")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/");
});

it("cannot be opened in the trash, only ticked", async () => {
  show({ deleted_at: "2026-01-02T00:00:00Z" }, { isTrash: true });
  expect(screen.queryByRole("link")).not.toBeInTheDocument();
  expect(screen.getByText(/^deleted/)).toBeInTheDocument();
  await userEvent.click(screen.getByText("a lighthouse at dusk"));
  expect(screen.getByText("1 ticked")).toBeInTheDocument();
});
