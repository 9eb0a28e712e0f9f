import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { NoNotifications } from "./no-notifications";

const server = startServer();

it("says that notifications are off and that jobs failed, and turns notifications on", async () => {
  server.gives("/generation-jobs/stats", {
    counts: { failed: 3 },
    total: 3,
    mean_run_seconds: null,
    mean_wait_seconds: null,
  });
  server.use(
    http.put(url("/users/me/preferences"), async ({ request }) => HttpResponse.json(await request.json())),
  );
  renderApp(<NoNotifications />);
  expect(screen.getByText("Notifications are off")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "3 jobs failed" })).toHaveAttribute(
    "href",
    "/generate/history?status=failed",
  );
  await userEvent.click(screen.getByRole("button", { name: "Turn on" }));
  expect(await screen.findByText("No notifications yet")).toBeInTheDocument();
});
