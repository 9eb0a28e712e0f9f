/** Separate from index.ts so that logged-in users do not load the login and registration pages. */
export { LoginPage } from "./login-page";
export { RegisterPage } from "./register-page";
