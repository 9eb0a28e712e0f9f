import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Grid, GridCell } from "@/api/types";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { Matrix } from "./matrix";

const server = startServer();

const cell = (x: number, y: number, changes: Partial<GridCell>): GridCell =>
  ({
    x,
    y,
    z: 0,
    status: "pending",
    job_id: 1,
    content_id: null,
    picture: null,
    error_message: null,
    deleted: null,
    ...changes,
  }) as GridCell;

const GRID = {
  id: 5,
  axes: [
    { name: "x", parameter: "cfg", target: null, values: [3, 7] },
    { name: "y", parameter: "sampler_name", target: null, values: ["euler", "ddim"] },
  ],
  cells: [
    cell(0, 0, {}),
    cell(1, 0, { status: "failed", error_message: "out of memory" }),
    cell(0, 1, { status: "cancelled" }),
    cell(1, 1, {}),
  ],
  request: { width: 512, height: 512 },
  counts: {},
} as unknown as Grid;

it("retries one failed cell, by its place", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(url("/grids/5/cells/retry"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ retried: 1 });
    }),
  );
  renderApp(<Matrix grid={GRID} layer={0} size={120} />);
  expect(screen.getByText("out of memory")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Cancelled, retry: CFG 3, ddim" })).toBeInTheDocument();
  expect(screen.getAllByRole("button")).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "out of memory, retry: CFG 7, euler" }));
  await waitFor(() => expect(sent).toEqual([{ cells: [{ x: 1, y: 0, z: 0 }] }]));
});

it("shows the values of the z axis as layers where there is no y axis", () => {
  const [x] = GRID.axes;
  const layered = {
    ...GRID,
    axes: [x, { name: "z", parameter: "steps", target: null, values: [10, 20] }],
    cells: [0, 1].flatMap((z) => [cell(0, 0, { z }), cell(1, 0, { z, status: "cancelled" })]),
  } as unknown as Grid;
  renderApp(<Matrix grid={layered} layer={1} size={120} />);
  expect(screen.queryByRole("rowheader")).toBeNull();
  expect(screen.getByRole("img", { name: "Waiting: CFG 3, Steps 20" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Cancelled, retry: CFG 7, Steps 20" })).toBeInTheDocument();
});

it("leaves the reason out of small cells, whose button it would cover", () => {
  renderApp(<Matrix grid={GRID} layer={0} size={72} />);
  expect(screen.queryByText("out of memory")).toBeNull();
  expect(screen.getByRole("button", { name: "out of memory, retry: CFG 7, euler" })).toHaveTextContent(
    "Retry",
  );
});

it("restores a deleted cell, or makes it again", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(url("/content/9/restore"), () => {
      sent.push("restored");
      return HttpResponse.json({ id: 9 });
    }),
    http.post(url("/grids/5/cells/retry"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ retried: 1 });
    }),
  );
  const cells = [
    cell(0, 0, { status: "completed", content_id: 9, deleted: "trash" }),
    cell(1, 0, { status: null, job_id: null, deleted: "purged" }),
  ];
  const grid = { ...GRID, axes: GRID.axes.slice(0, 1), cells } as unknown as Grid;
  renderApp(<Matrix grid={grid} layer={0} size={150} />);
  const user = userEvent.setup();
  expect(screen.getByRole("group", { name: "In the trash: CFG 3" })).toBeInTheDocument();
  expect(screen.getByRole("group", { name: "Deleted: CFG 7" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Restore: CFG 7" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Restore: CFG 3" }));
  await waitFor(() => expect(sent).toEqual(["restored"]));
  await user.click(screen.getByRole("button", { name: "Make again: CFG 7" }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ cells: [{ x: 1, y: 0, z: 0 }] }));
});
