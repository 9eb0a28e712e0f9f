import { screen, waitFor } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { LoginPage } from "./login-page";

const server = startServer();
const OPTIONS = {
  mode: "password",
  registration: "closed",
  is_set_up: true,
  local_passwords: true,
  oidc: null,
  proxy_login: false,
};
const OIDC = { name: "Example Ltd", logout_url: null };

function open(options: object, at = "/login?next=%2Fgallery%3Ftag%3Dsea") {
  server.gives("/auth/options", { ...OPTIONS, ...options });
  return renderApp(<LoginPage />, { path: "/login", at });
}

it("shows only the password without another system", async () => {
  open({});
  expect(await screen.findByLabelText(/Password/)).toBeInTheDocument();
  expect(screen.queryByText(/Log in with/)).not.toBeInTheDocument();
});

it("offers the identity provider beside the password, and returns to the wanted page", async () => {
  open({ oidc: OIDC });
  const button = await screen.findByRole("link", { name: "Log in with Example Ltd" });
  expect(button).toHaveAttribute("href", "/api/v1/auth/oidc/login?next=%2Fgallery%3Ftag%3Dsea");
  expect(screen.getByLabelText(/Password/)).toBeInTheDocument();
});

it("asks for no password when passwords are turned off", async () => {
  open({ oidc: OIDC, local_passwords: false });
  expect(await screen.findByText("Log in with Example Ltd")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByLabelText(/Password/)).not.toBeInTheDocument());
});

it("explains why the login failed", async () => {
  open({ oidc: OIDC }, "/login?error=no_account");
  expect(await screen.findByText(/You have no active account here/)).toBeInTheDocument();
});

it("logs in the user whom the proxy names", async () => {
  server.use(http.post(url("/auth/proxy"), () => HttpResponse.json(makeMe())));
  const { router } = open({ proxy_login: true, local_passwords: false });
  await waitFor(() => expect(router.state.location.pathname).toBe("/gallery"));
});

it("shows why the proxy cannot log in", async () => {
  server.use(http.post(url("/auth/proxy"), () => problem(403, "you have no account here")));
  open({ proxy_login: true, local_passwords: false });
  expect(await screen.findByText(/you have no account here/i)).toBeInTheDocument();
});
