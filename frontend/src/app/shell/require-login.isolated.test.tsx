import { screen } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { RequireLogin } from "./require-login";

const server = startServer();
let answer: () => Response;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  server.use(http.get(url("/auth/me"), () => answer()));
});
afterEach(() => {
  vi.useRealTimers();
});

const open = (at: string) =>
  renderApp(<RequireLogin>the page</RequireLogin>, { path: "/gallery", at, me: null });

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Wait for a condition; the limit only bounds failures. The timers advance meanwhile. */
const until = (holds: () => unknown) => vi.waitFor(holds, { timeout: 100_000 });

it("opens the page by itself once the server can be reached", async () => {
  answer = () => HttpResponse.error();
  open("/gallery");
  await until(() => expect(screen.getByRole("button", { name: /Try again/ })).toBeInTheDocument());
  answer = () => HttpResponse.json(makeMe());
  expect(screen.queryByText("the page")).not.toBeInTheDocument();
  await until(async () => {
    await wait(5_000);
    expect(screen.getByText("the page")).toBeInTheDocument();
  });
});

it("leads to the login page without a session, and says where to return", async () => {
  answer = () => problem(401, "log in");
  const { router } = open("/gallery?search=sea");
  await until(() => expect(router.state.location.pathname).toBe("/login"));
  expect(router.state.location.search).toBe("?next=%2Fgallery%3Fsearch%3Dsea");
});
