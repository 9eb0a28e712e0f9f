import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Content } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { ImageRow } from "./image-row";
import { useSelection } from "./use-selection";

const LIST = { list: { scope: "mine" as const } };

function Row({ item, width = 1100, isTrash = false }: { item: Content; width?: number; isTrash?: boolean }) {
  const selection = useSelection([item], LIST.list);
  return (
    <>
      <ImageRow item={item} width={width} listState={LIST} selection={selection} isSelectOnly={isTrash} />
      <output>{selection.count} selected</output>
    </>
  );
}

const show = (changes: Partial<Content> = {}, props: { width?: number; isTrash?: boolean } = {}) =>
  renderApp(<Row item={makeContent(changes)} {...props} />, { path: "/", at: "/" });

it.each([1100, 320])("shows all details of an image in a row of %d pixels", (width) => {
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
  for (const text of [
    "Harbour study",
    "a lighthouse at dusk",
    /realistic vision/,
    /768 × 512/,
    /sea/,
    /by grace/,
    /ago$/,
  ])
    expect(screen.getByText(text)).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Shared" })).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Rated 4.5 of 5, 5 by you" })).toBeInTheDocument();
});

it("shows only the prompt when the title is its beginning", () => {
  show({ title: "a lighthouse…", prompt: "a lighthouse above a calm sea" });
  expect(screen.getByRole("link", { name: "a lighthouse above a calm sea" })).toBeInTheDocument();
  expect(screen.queryByText(/by local/)).not.toBeInTheDocument();
});

it("shows the number of hidden tags", () => {
  show({ tags: ["a", "b", "c", "d", "e"] });
  expect(screen.getByText("+2")).toBeInTheDocument();
  expect(screen.queryByText("d")).not.toBeInTheDocument();
});

it("opens the image and passes on the list that it was opened from", async () => {
  const { router } = show({ id: 7 });
  await userEvent.click(screen.getByRole("link"));
  expect(router.state.location).toMatchObject({ pathname: "/view/7", state: LIST });
});

it("is selected by a click anywhere while another image is selected", async () => {
  const { router } = show();
  await userEvent.click(screen.getByRole("checkbox", { name: "Select a lighthouse at dusk" }));
  expect(screen.getByText("1 selected")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("link"));
  expect(screen.getByText("0 selected")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/");
});

it("offers the operations once it is used, and not in the trash", async () => {
  const make = () => screen.queryByRole("button", { name: "Actions for a lighthouse at dusk" });
  const { unmount } = show();
  expect(make()).not.toBeInTheDocument();
  await userEvent.hover(screen.getByRole("link"));
  expect(make()).toBeInTheDocument();
  unmount();
  show({ deleted_at: "2026-01-02T00:00:00Z" }, { isTrash: true });
  await userEvent.hover(screen.getByText("a lighthouse at dusk"));
  expect(make()).not.toBeInTheDocument();
});

it("can only be selected in the trash, not opened", async () => {
  show({ deleted_at: "2026-01-02T00:00:00Z" }, { isTrash: true });
  expect(screen.queryByRole("link")).not.toBeInTheDocument();
  expect(screen.getByText(/^deleted/)).toBeInTheDocument();
  await userEvent.click(screen.getByText("a lighthouse at dusk"));
  expect(screen.getByText("1 selected")).toBeInTheDocument();
});

it.each([1100, 320])(
  "leads with Tab from the title to the menu of operations, in a row of %d pixels",
  async (width) => {
    show({ title: "Harbour study" }, { width });
    const link = screen.getByRole("link");
    link.focus();
    const button = await screen.findByRole("button", { name: "Actions for Harbour study" });
    expect(link.compareDocumentPosition(button)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  },
);
