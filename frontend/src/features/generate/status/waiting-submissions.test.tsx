import "fake-indexeddb/auto";
import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { clear, createStore } from "idb-keyval";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { OutboxSender, useSubmitJob } from "@/features/jobs";
import { makeJob, makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { DEFAULTS, submitOf } from "../settings";
import { WaitingSubmissions } from "./waiting-submissions";

const server = startServer();
const posted = vi.fn();
const onRestore = vi.fn();
const settings = { ...DEFAULTS, prompt: "a fox on a raft", steps: 12 };

beforeEach(async () => {
  posted.mockReset();
  onRestore.mockReset();
  await clear(createStore("genonaut-outbox", "submissions"));
  server.gives("/auth/me", makeMe());
  server.givesFeed([]);
});

function Submit() {
  const submit = useSubmitJob();
  return (
    <button type="button" onClick={() => submit.mutate({ body: submitOf(settings), key: "key-1" })}>
      Submit
    </button>
  );
}

/** Answer submissions; as null without a connection. */
function answers(respond: () => Response): void {
  server.use(
    http.post(url("/generation-jobs"), ({ request }) => {
      posted(request.headers.get("Idempotency-Key"));
      return respond() as never;
    }),
  );
}

const show = () =>
  renderApp(
    <>
      <Submit />
      <WaitingSubmissions onRestore={onRestore} />
    </>,
  );

async function submitOffline(): Promise<void> {
  answers(() => HttpResponse.error());
  await userEvent.click(screen.getByRole("button", { name: "Submit" }));
  expect(await screen.findByText("Waiting for the connection")).toBeInTheDocument();
}

it("keeps a submission that cannot be sent, over a reload, until it is cancelled", async () => {
  const { unmount } = show();
  await submitOffline();
  unmount();
  show();
  expect(await screen.findByText("a fox on a raft")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByText("a fox on a raft")).not.toBeInTheDocument());
});

it("sends it once with its key when the server answers, from several tabs", async () => {
  show();
  await submitOffline();
  answers(() => HttpResponse.json(makeJob(), { status: 201 }));
  posted.mockReset();
  renderApp(
    <>
      <OutboxSender />
      <OutboxSender />
    </>,
  );
  await waitFor(() => expect(screen.queryByText("Waiting for the connection")).not.toBeInTheDocument());
  expect(posted.mock.calls).toEqual([["key-1"]]);
});

it("does not send what another user has waiting, nor show it", async () => {
  const { unmount } = show();
  await submitOffline();
  unmount();
  answers(() => HttpResponse.json(makeJob(), { status: 201 }));
  posted.mockReset();
  const other = makeMe({ id: "00000000-0000-0000-0000-000000000002" });
  server.gives("/auth/me", other);
  const { client } = renderApp(
    <>
      <OutboxSender />
      <WaitingSubmissions onRestore={onRestore} />
    </>,
    { me: other },
  );
  await waitFor(() => expect(client.isFetching()).toBe(0));
  expect(screen.queryByText("a fox on a raft")).not.toBeInTheDocument();
  expect(posted).not.toHaveBeenCalled();
});

it("shows why the server rejected it, and puts it back into the form", async () => {
  show();
  await submitOffline();
  answers(() =>
    problem(422, "The submission is invalid.", [{ field: "params.steps", message: "at most 10 steps" }]),
  );
  renderApp(<OutboxSender />);
  expect(await screen.findByText(/The submission is invalid. At most 10 steps./)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Edit" }));
  expect(onRestore).toHaveBeenCalledExactlyOnceWith(settings);
  await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
});
