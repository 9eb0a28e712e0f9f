export { Component } from "./dashboard-page";
