import { act, screen } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { ApiError } from "@/api/problem";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { ConnectionNotice } from "./connection-notice";
import { useMe } from "./queries";

const server = startServer();

/** The query of the current user is active, as in the shell. */
function Notice() {
  useMe();
  return <ConnectionNotice isPolling />;
}

it("does not say that the page checks for changes while the server cannot be reached", async () => {
  server.use(http.get(url("/auth/me"), () => HttpResponse.error()));
  const { client } = renderApp(<Notice />);
  expect(screen.getByText(/Checking every 2 seconds/)).toBeInTheDocument();
  await act(() => client.refetchQueries({ queryKey: ["session", "me"] }));
  expect(client.getQueryState(["session", "me"])?.error).toBeInstanceOf(ApiError);
  expect(await screen.findByText(/The server cannot be reached/)).toBeInTheDocument();
  expect(screen.queryByText(/Checking every/)).not.toBeInTheDocument();
});
