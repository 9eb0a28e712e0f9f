export { Component } from "./generate-page";
