import { fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { ComparePage } from "./compare-page";

const server = startServer();
const TITLES = ["", "Dawn", "Noon", "Dusk"];

beforeEach(() => {
  for (const id of [1, 2, 3]) server.gives(`/content/${id}`, makeContent({ id, title: TITLES[id] ?? "" }));
});

const show = (ids: string) => renderApp(<ComparePage />, { path: "/compare", at: `/compare?ids=${ids}` });
const names = () =>
  screen.getAllByRole("region", { name: /^Compared/ }).map((region) => region.getAttribute("aria-label"));

it("swaps two images by a button and a key", async () => {
  const { router } = show("1,2");
  await userEvent.click(await screen.findByRole("button", { name: "Swap" }));
  await waitFor(() => expect(names()).toEqual(["Compared 1: Noon", "Compared 2: Dawn"]));
  await userEvent.keyboard("x");
  await waitFor(() => expect(router.state.location.search).toBe("?ids=1,2"));
});

it("moves the line of the slider with the pointer, from edge to edge", async () => {
  show("1,2");
  await userEvent.click(await screen.findByRole("button", { name: "Slider" }));
  const line = document.querySelector<HTMLElement>("[data-split-line]") as HTMLElement;
  const frame = line.parentElement as HTMLElement;
  frame.getBoundingClientRect = () => new DOMRect(100, 0, 400, 300);
  const place = () => screen.getByRole("slider").getAttribute("aria-valuetext");
  fireEvent.pointerDown(line, { buttons: 1, clientX: 300 });
  fireEvent.pointerMove(line, { buttons: 1, clientX: 200 });
  await waitFor(() => expect(place()).toBe("25 % of the first image"));
  fireEvent.pointerMove(line, { buttons: 1, clientX: 900 });
  await waitFor(() => expect(place()).toBe("100 % of the first image"));
  // Released: the pointer only passes over it.
  fireEvent.pointerMove(line, { buttons: 0, clientX: 300 });
  expect(place()).toBe("100 % of the first image");
});

it("compares the others when an image is gone, and removes it from the address", async () => {
  server.use(http.get(url("/content/9"), () => problem(404, "no content 9")));
  const { router } = show("1,9,2");
  await waitFor(() => expect(names()).toEqual(["Compared 1: Dawn", "Compared 2: Noon"]));
  expect(screen.getByText("Image 9 is not there: deleted, or not shared with you.")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Compare without" }));
  await waitFor(() => expect(router.state.location.search).toBe("?ids=1,2"));
  expect(screen.queryByText(/is not there/)).not.toBeInTheDocument();
});

it("opens the image that was chosen as the best when the others are deleted, and returns by Ctrl+Z", async () => {
  const trash = new Set<string>();
  server.use(
    http.delete(url("/content/:id"), ({ params }) => {
      trash.add(String(params.id));
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(url("/content/:id/restore"), ({ params }) => {
      trash.delete(String(params.id));
      return HttpResponse.json(makeContent({ id: Number(params.id) }));
    }),
  );
  const { router } = show("1,2,3");
  await userEvent.click(await screen.findByRole("button", { name: "Choose Dawn as the best" }));
  await userEvent.keyboard("2");
  expect(await screen.findByText("Best: Noon")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Delete the 2 others" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/view/2"));
  expect([...trash].toSorted()).toEqual(["1", "3"]);
  expect(await screen.findByText("2 items moved to the trash")).toBeInTheDocument();
  await userEvent.keyboard("{Control>}z{/Control}");
  await waitFor(() =>
    expect(router.state.location.pathname + router.state.location.search).toBe("/compare?ids=1,2,3"),
  );
  expect(trash.size).toBe(0);
});
