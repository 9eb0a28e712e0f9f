/** The pages of those who are not in yet; a door of its own, so that nobody else loads them. */
export { LoginPage } from "./login-page";
export { RegisterPage } from "./register-page";
