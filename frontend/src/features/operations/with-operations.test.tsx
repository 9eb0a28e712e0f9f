import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { WithOperations } from "./with-operations";

const show = (contentId: number | null) =>
  renderApp(
    <WithOperations contentId={contentId} name="Harbour">
      <button type="button">Open</button>
    </WithOperations>,
  );

const actions = () => screen.queryByRole("button", { name: "Actions for Harbour" });

it("draws its button once the image is hovered", async () => {
  show(7);
  expect(actions()).not.toBeInTheDocument();
  await userEvent.hover(screen.getByText("Open"));
  expect(actions()).toBeInTheDocument();
});

it("draws its button once the image has the focus, as the next tab stop", async () => {
  show(7);
  await userEvent.tab();
  expect(actions()).toBeInTheDocument();
  await userEvent.tab();
  expect(actions()).toHaveFocus();
});

it("has no button without an image", async () => {
  show(null);
  await userEvent.hover(screen.getByText("Open"));
  expect(actions()).not.toBeInTheDocument();
});
