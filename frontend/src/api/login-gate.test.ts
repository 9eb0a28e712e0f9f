import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it } from "vitest";
import { problem, startServer, url } from "@/testing/server";
import { api, unwrap } from "./client";
import { loginGate } from "./login-gate";
import { ApiError } from "./problem";

const server = startServer();
let isLoggedIn: boolean;
let received: unknown[];

beforeEach(() => {
  isLoggedIn = false;
  received = [];
  server.use(
    http.patch(url("/users/me"), async ({ request }) => {
      received.push([request.headers.get("X-CSRF-Token"), await request.json()]);
      return isLoggedIn ? HttpResponse.json({ username: "ada" }) : problem(401, "no session");
    }),
  );
  setToken("old");
});
afterEach(loginGate.disable);

const rename = (signal: AbortSignal | null = null) =>
  unwrap(api.PATCH("/api/v1/users/me", { body: { email: "ada@example.org" }, signal }));

function setToken(token: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no Cookie Store API
  document.cookie = `csrf=${token}`;
}

function untilNeeded(): Promise<void> {
  return new Promise((resolve) => {
    const stop = loginGate.subscribe(() => {
      if (!loginGate.isLoginNeeded()) return;
      stop();
      resolve();
    });
  });
}

it("repeats a request after the login, with its body and the new token", async () => {
  loginGate.enable();
  const needed = untilNeeded();
  const answer = rename();
  await needed;
  isLoggedIn = true;
  setToken("new");
  loginGate.pass();
  expect(await answer).toEqual({ username: "ada" });
  expect(received).toEqual([
    ["old", { email: "ada@example.org" }],
    ["new", { email: "ada@example.org" }],
  ]);
  expect(loginGate.isLoginNeeded()).toBe(false);
});

it("fails waiting requests when the user leaves, and later ones at once", async () => {
  loginGate.enable();
  const needed = untilNeeded();
  const answer = rename().catch((error: unknown) => error);
  await needed;
  loginGate.disable();
  expect(await answer).toBeInstanceOf(ApiError);
  await expect(rename()).rejects.toMatchObject({ status: 401 });
  expect(loginGate.isLoginNeeded()).toBe(false);
});

it("drops an aborted request and still asks for the login", async () => {
  loginGate.enable();
  const needed = untilNeeded();
  const controller = new AbortController();
  const answer = rename(controller.signal).catch((error: unknown) => error);
  await needed;
  controller.abort();
  expect(await answer).toMatchObject({ name: "AbortError" });
  expect(loginGate.isLoginNeeded()).toBe(true);
});

it("reports a wrong password instead of waiting", async () => {
  loginGate.enable();
  server.use(http.post(url("/auth/login"), () => problem(401, "username or password is wrong")));
  await expect(
    unwrap(api.POST("/api/v1/auth/login", { body: { username: "ada", password: "wrong" } })),
  ).rejects.toMatchObject({ message: "Username or password is wrong." });
});
