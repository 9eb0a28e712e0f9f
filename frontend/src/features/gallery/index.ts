export { Component } from "./gallery-page";
