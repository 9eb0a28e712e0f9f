import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { onLeave } from "@/lib/leave";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { AccountMenu } from "./account-menu";
import { LoginDialog } from "./login-dialog";

const server = startServer();
const forget = vi.fn();
onLeave(forget);

const me = makeMe({ auth_mode: "password", has_password: true });

it("forgets what belongs to the user after a logout", async () => {
  forget.mockClear();
  server.use(http.post(url("/auth/logout"), () => new HttpResponse(null, { status: 204 })));
  const menu = <AccountMenu open anchor={document.body} onClose={() => undefined} />;
  const { router } = renderApp(menu, { path: "/", at: "/", me });
  await userEvent.click(await screen.findByRole("menuitem", { name: "Log out" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/login"));
  expect(forget).toHaveBeenCalledOnce();
});

it("forgets it after a logout in another tab too", async () => {
  forget.mockClear();
  const { router } = renderApp(<LoginDialog />, { path: "/", at: "/", me });
  const newValue = JSON.stringify({ event: "logout", at: 1 });
  // The listener is added after the first drawing.
  await waitFor(() => {
    window.dispatchEvent(new StorageEvent("storage", { key: "genonaut:session-event", newValue }));
    expect(router.state.location.pathname).toBe("/login");
  });
  expect(forget).toHaveBeenCalled();
});
